"use strict";
// Text from the data reaches the page as text nodes and attributes only; the content security policy forbids anything else.

const PAGE = 50;
const CHART_ROWS = 15;
const MOST_PRINTED = 500;
const MOST_SUGGESTED = 1000;

const WORDS = {
  en: {
    title: "Strategic emerging and future industries: tagged sentences",
    skip: "Skip to the sentences",
    date: "Date", taxonomy: "Taxonomy", model: "Model",
    totals: "Totals", documentsRead: "Documents", sentencesRead: "Sentences", none: "With nothing", failed: "Failures",
    filters: "Filters", text: "Words in the sentence", textHint: "every word must occur",
    document: "Document", documentHint: "name, or part of it",
    status: "Status", tagged: "Tagged", review: "To review", both: "Both",
    minimum: "Least probability", classes: "Fields and classes", reset: "Clear the filters",
    overview: "Overview", level: "Rows of the overview", byField: "By field", byClass: "By class",
    label: "Label", sentences: "Sentences", documents: "Documents", list: "Sentences",
    copy: "Copy", copied: "Copied", copyHint: "Copy the quotation with its source", notCopied: "The browser did not allow copying",
    nothing: "No sentence meets these conditions.",
    legend: "A coloured passage is the evidence for the tag of the same colour; a double line marks evidence for several fields. "
      + "Point at a tag to see its own evidence; choose it, or a document's name, to see only those sentences. "
      + "A sentence counts once for each label it carries. “To review” lies below the threshold: a person should decide.",
    inGeneral: (name) => `${name}, in general`,
    children: (name) => `Classes in ${name}`,
    failures: (count) => `${count} ${count === "1" ? "input" : "inputs"} could not be read`,
    found: (count, all, documents) => `${count} of ${all} sentences, in ${documents} ${documents === "1" ? "document" : "documents"}`,
    more: (left) => `Show more (${left} left)`,
    row: (number) => `row ${number}`, page: (number) => `page ${number}`, sentence: (number) => `sentence ${number}`,
    atLeast: (probability) => `probability from ${probability}`,
    evidence: (name, probability, words) => `${name}, probability ${probability}. Evidence: ${words}. Show only this label.`,
    onlyDocument: (name) => `Show only ${name}`,
    quotation: (text, source, labels) => `“${text}” (${source}; ${labels})`,
    comma: ", ", semicolon: "; ",
  },
  zh: {
    title: "战略性新兴产业和未来产业：标注句子",
    skip: "跳到句子列表",
    date: "日期", taxonomy: "分类体系", model: "模型",
    totals: "总计", documentsRead: "文档", sentencesRead: "句子", none: "无标签", failed: "失败",
    filters: "筛选", text: "句中词语", textHint: "须含全部词语",
    document: "文档", documentHint: "名称或其一部分",
    status: "状态", tagged: "已标注", review: "待复核", both: "全部",
    minimum: "最低概率", classes: "领域与类别", reset: "清除筛选",
    overview: "概览", level: "概览的行", byField: "按领域", byClass: "按类别",
    label: "标签", sentences: "句子数", documents: "文档数", list: "句子",
    copy: "复制", copied: "已复制", copyHint: "复制引文及出处", notCopied: "浏览器不允许复制",
    nothing: "没有符合条件的句子。",
    legend: "着色部分是同色标签的依据；双线表示同时是多个领域的依据。指向标签可单看其依据；点选标签或文档名，只列出相应的句子。"
      + "一个句子对它的每个标签各计一次。“待复核”低于阈值，应由人工判断。",
    inGeneral: (name) => `${name}（总体）`,
    children: (name) => `${name}下的类别`,
    failures: (count) => `${count} 项输入无法读取`,
    found: (count, all, documents) => `${all} 句中的 ${count} 句，见于 ${documents} 篇文档`,
    more: (left) => `显示更多（还有 ${left} 项）`,
    row: (number) => `第 ${number} 行`, page: (number) => `第 ${number} 页`, sentence: (number) => `第 ${number} 句`,
    atLeast: (probability) => `概率不低于 ${probability}`,
    evidence: (name, probability, words) => `${name}，概率 ${probability}。依据：${words}。只看此标签。`,
    onlyDocument: (name) => `只看 ${name}`,
    quotation: (text, source, labels) => `“${text}”（${source}；${labels}）`,
    comma: "，", semicolon: "；",
  },
};

// ---- What the page is about

const at = (id) => document.getElementById(id);
const data = JSON.parse(at("data").textContent);
const labels = data.labels.map((label, index) => ({ ...label, index, below: [], path: [], count: 0, open: label.parent < 0 }));
for (const label of labels) {
  if (label.parent >= 0) labels[label.parent].below.push(label);
  label.path = label.parent < 0 ? [label] : [label, ...labels[label.parent].path]; // itself, then what is above it
}
const documents = data.documents.map(([name, row]) => ({ name, row, folded: fold(name) }));
const entry = (given) => ([label, probability, offsets]) => ({ label: labels[label], probability, spans: pairs(offsets), given });
const sentences = data.sentences.map(([place, number, page, text, tags, review], index) => ({
  index, document: documents[place], place, number, page, text, folded: "",
  entries: [...tags.map(entry(true)), ...review.map(entry(false))],
}));
const filter = { text: [], document: "", folded: "", exact: false, status: "tagged", minimum: 0, labels: new Set() };
const view = { language: navigator.language.startsWith("zh") ? "zh" : "en", level: "field", found: [], allChart: false };

function pairs(offsets) {
  return Array.from({ length: offsets.length / 2 }, (_, i) => [offsets[2 * i], offsets[2 * i + 1]]);
}

function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

// ---- Words and small pieces

const word = (key, ...values) => (values.length ? WORDS[view.language][key](...values) : WORDS[view.language][key]);
const nameOf = (label) => label[view.language] || label.id;
const whole = (number) => number.toLocaleString(view.language);
const part = (probability) => probability.toFixed(2);
const share = (number, all) => `${all ? Math.round((100 * number) / all) : 0}%`;

/** Return an element with properties (or attributes, where the name has a dash) and children; strings become text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "scope") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

function paint(element, colour) {
  element.style.setProperty("--ink", `var(--ink-${colour})`);
  element.style.setProperty("--wash", `var(--wash-${colour})`);
  return element;
}

const swatch = (label) => paint(make("span", { className: "swatch", "aria-hidden": "true" }), label.colour);

/** Show the items in pages: the first now, the others when the button is pressed. Return a function that shows up to a number. */
function paged(list, button, items, render, page = PAGE) {
  let shown = 0;
  const showTo = (end) => {
    list.append(...items.slice(shown, end).map(render));
    shown = Math.max(shown, Math.min(end, items.length));
    button.hidden = shown === items.length;
    button.textContent = word("more", whole(items.length - shown));
  };
  list.replaceChildren();
  button.onclick = () => {
    const next = shown;
    showTo(shown + page);
    list.children[next]?.querySelector("button")?.focus({ preventScroll: true });
  };
  showTo(page);
  return showTo;
}

// ---- Choosing sentences

const entriesShown = (sentence) => sentence.entries.filter((each) =>
  each.probability >= filter.minimum && (filter.status === "both" || each.given === (filter.status === "tagged")));

function inDocument(sentence) {
  if (!filter.document) return true;
  return filter.exact ? sentence.document.name === filter.document : sentence.document.folded.includes(filter.folded);
}

function hasWords(sentence) {
  if (!filter.text.length) return true;
  sentence.folded ||= fold(sentence.text);
  return filter.text.every((each) => sentence.folded.includes(each));
}

/** Set what is found, and for each label the number of sentences that would be found if it were chosen. */
function choose() {
  const last = new Array(labels.length).fill(-1); // the sentence for which a label was counted last
  let all = 0;
  view.found = [];
  for (const label of labels) label.count = 0;
  for (const sentence of sentences) {
    const entries = entriesShown(sentence);
    if (entries.length) all += 1;
    if (!entries.length || !inDocument(sentence) || !hasWords(sentence)) continue;
    for (const label of entries.flatMap((each) => each.label.path)) {
      if (last[label.index] === sentence.index) continue;
      last[label.index] = sentence.index;
      label.count += 1;
    }
    if (!filter.labels.size || entries.some((each) => filter.labels.has(each.label))) view.found.push(sentence);
  }
  view.all = all;
}

/** Return the rows of the overview: a label, in how many of the found sentences and documents it occurs, the commonest first. */
function overview() {
  const rows = new Map();
  for (const sentence of view.found) {
    const here = new Set(entriesShown(sentence).map((each) => rowOf(each.label)));
    for (const label of here) {
      if (!rows.has(label)) rows.set(label, { label, sentences: 0, documents: new Set() });
      rows.get(label).sentences += 1;
      rows.get(label).documents.add(sentence.place);
    }
  }
  return [...rows.values()].sort((a, b) => b.sentences - a.sentences || a.label.index - b.label.index);
}

/** Return the label in whose row of the overview a label counts: by field, the one right below the branch. */
function rowOf(label) {
  return view.level === "class" ? label : label.path.at(-2) ?? label;
}

// ---- Drawing

function refresh() {
  choose();
  drawTree();
  drawOverview();
  drawFound();
}

function drawWords() {
  document.documentElement.lang = view.language === "zh" ? "zh-CN" : "en";
  document.title = at("title").textContent = data.title || word("title");
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
  for (const each of document.querySelectorAll("[data-placeholder]")) each.placeholder = word(each.dataset.placeholder);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", word(each.dataset.label));
  for (const each of document.querySelectorAll("[data-language]"))
    each.setAttribute("aria-pressed", each.dataset.language === view.language);
  drawTotals();
  drawFailures();
  growTree();
  refresh();
}

function drawTotals() {
  const { tagged, review, none, error } = data.totals;
  const known = [["date", data.date], ["taxonomy", data.taxonomies.join(", ")], ["model", data.models.join(", ")]];
  at("provenance").replaceChildren(...known.filter(([, value]) => value).map(([key, value]) =>
    make("div", {}, make("dt", {}, word(key)), make("dd", {}, value))));
  const totals = [["documentsRead", documents.length], ["sentencesRead", tagged + review + none], ["tagged", tagged],
    ["review", review], ["none", none], ["failed", error]];
  at("totals").replaceChildren(...totals.map(([key, value]) =>
    make("div", { className: key === "failed" && value ? "bad" : "" }, make("dt", {}, word(key)), make("dd", {}, whole(value)))));
}

function drawFailures() {
  at("failures").hidden = !data.failures.length;
  at("failures-title").textContent = word("failures", whole(data.failures.length));
  paged(at("failed"), at("more-failed"), data.failures, ([name, row, message]) =>
    make("li", {}, make("b", { dir: "auto" }, row === null ? name : `${name}${word("comma")}${word("row", row)}`),
      make("span", { dir: "auto" }, message)));
}

/** Make the tree of labels anew. */
function growTree() {
  const grow = (label) => {
    label.box = make("input", { type: "checkbox", onchange: () => { check(label, label.box.checked); refresh(); } });
    label.number = make("span", { className: "count" });
    label.node = make("div", { className: "node" }, twist(label),
      make("label", {}, label.box, swatch(label), make("span", { className: "name" }, nameOf(label)), label.number));
    label.list = make("ul", { hidden: !label.open, "aria-label": word("children", nameOf(label)) }, ...label.below.map(grow));
    return make("li", {}, label.node, ...(label.below.length ? [label.list] : []));
  };
  at("tree").replaceChildren(...labels.filter((label) => label.parent < 0).map(grow));
}

/** Return the button that shows or hides the labels below one. */
function twist(label) {
  if (!label.below.length) return make("span", { className: "twist" });
  const toggle = () => {
    label.open = !label.open;
    label.list.hidden = !label.open;
    button.setAttribute("aria-expanded", label.open);
  };
  const named = { "aria-label": word("children", nameOf(label)), "aria-expanded": label.open };
  const button = make("button", { type: "button", className: "twist", onclick: toggle, ...named });
  return button;
}

/** Choose a label with all below it, or drop them, and then what is above it too, which is no longer chosen as a whole. */
function check(label, on) {
  const set = (each) => {
    filter.labels[on ? "add" : "delete"](each);
    each.below.forEach(set);
  };
  set(label);
  if (!on) for (const above of label.path) filter.labels.delete(above);
}

function drawTree() {
  const wholly = (label) => filter.labels.has(label) && label.below.every(wholly);
  const partly = (label) => filter.labels.has(label) || label.below.some(partly);
  for (const label of labels) {
    label.box.checked = wholly(label);
    label.box.indeterminate = !label.box.checked && partly(label);
    label.number.textContent = whole(label.count);
    label.node.classList.toggle("empty", !label.count);
  }
}

function drawOverview() {
  const rows = overview();
  const most = Math.max(1, ...rows.map((row) => row.sentences));
  const shown = view.allChart ? rows : rows.slice(0, CHART_ROWS);
  at("chart").replaceChildren(...shown.map((row) => overviewRow(row, most)));
  at("more-chart").hidden = shown.length === rows.length;
  at("more-chart").textContent = word("more", whole(rows.length - shown.length));
}

function overviewRow({ label, sentences: count, documents: places }, most) {
  const bar = paint(make("div", { className: "bar" }), label.colour);
  bar.style.width = `${(100 * count) / most}%`;
  const alone = label.below.length > 0 && (view.level === "class" || label.parent < 0);
  const name = alone ? word("inGeneral", nameOf(label)) : nameOf(label);
  return make("tr", {},
    make("th", { scope: "row" }, make("button", { type: "button", className: "link", onclick: () => only(label, alone) }, name)),
    make("td", { "aria-hidden": "true" }, bar),
    make("td", { className: "figure" }, whole(count)),
    make("td", { className: "figure" }, whole(places.size)),
    make("td", { className: "figure" }, share(places.size, documents.length)));
}

function drawFound() {
  const places = new Set(view.found.map((sentence) => sentence.place));
  at("found").textContent = word("found", whole(view.found.length), whole(view.all), whole(places.size));
  const conditions = [...filter.text, ...(filter.document ? [filter.document] : []),
    ...(filter.minimum ? [word("atLeast", part(filter.minimum))] : []), ...tops().map(nameOf)];
  at("conditions").textContent = conditions.join(word("semicolon"));
  at("minimum-shown").textContent = part(filter.minimum);
  view.showTo = paged(at("list"), at("more"), view.found, card);
  if (!view.found.length) at("list").append(make("li", { className: "nothing" }, word("nothing")));
}

/** Return the chosen labels, without those below another of them. */
function tops() {
  return labels.filter((label) => filter.labels.has(label) && !label.path.slice(1).some((above) => filter.labels.has(above)));
}

// ---- A sentence

function card(sentence) {
  const entries = entriesShown(sentence);
  const lang = /\p{Script=Han}/u.test(sentence.text) ? "zh-CN" : "en"; // gives Chinese its own shapes of characters
  return make("li", { className: "card" },
    make("p", { className: "quotation", dir: "auto", lang }, ...marked(sentence.text, entries)),
    make("ul", { className: "tags" }, ...entries.map((each) => make("li", {}, tag(sentence, each)))),
    source(sentence, entries));
}

/** Return the text as strings and marks: it is cut wherever evidence begins or ends. */
function marked(text, entries) {
  const cuts = new Set([0, text.length, ...entries.flatMap((each) => each.spans.flat())]);
  const offsets = [...cuts].sort((a, b) => a - b);
  return offsets.slice(1).map((end, i) => {
    const start = offsets[i];
    const here = entries.filter((each) => each.spans.some((span) => span[0] <= start && end <= span[1]));
    return here.length ? mark(text.slice(start, end), here.map((each) => each.label)) : text.slice(start, end);
  });
}

function mark(text, here) {
  const element = paint(make("mark", { title: here.map(nameOf).join(word("semicolon")) }, text), here[0].colour);
  element.dataset.labels = here.map((label) => label.index).join(" ");
  const other = here.find((label) => label.colour !== here[0].colour);
  if (other) {
    element.classList.add("shared");
    element.style.setProperty("--second", `var(--ink-${other.colour})`);
  }
  return element;
}

function tag(sentence, { label, probability, spans, given }) {
  const words = spans.map(([start, end]) => sentence.text.slice(start, end)).join(word("comma"));
  const hint = word("evidence", nameOf(label), part(probability), words);
  const button = make("button", { type: "button", className: given ? "tag" : "tag review", "aria-label": hint, title: hint },
    swatch(label), nameOf(label), make("b", {}, part(probability)), ...(given ? [] : [make("i", {}, word("review"))]));
  button.dataset.label = label.index;
  button.onclick = () => only(label);
  return paint(button, label.colour);
}

function source(sentence, entries) {
  const name = sentence.document.name;
  const toDocument = make("button", { type: "button", className: "link", dir: "auto", title: word("onlyDocument", name) }, name);
  toDocument.onclick = () => onlyDocument(name);
  const button = make("button", { type: "button", className: "copy", title: word("copyHint") }, word("copy"));
  button.onclick = () => copy(button, quotation(sentence, entries));
  return make("div", { className: "source" }, toDocument, ...whereabouts(sentence).map((each) => make("span", {}, each)), button);
}

function whereabouts(sentence) {
  const { document: { row }, page, number } = sentence;
  return [...(row === null ? [] : [word("row", row)]), ...(page === null ? [] : [word("page", page)]), word("sentence", number)];
}

function quotation(sentence, entries) {
  const from = [sentence.document.name, ...whereabouts(sentence)].join(word("comma"));
  const carried = entries.map(({ label, probability, given }) =>
    `${nameOf(label)} ${part(probability)}${given ? "" : ` ${word("review")}`}`);
  return word("quotation", sentence.text.replace(/\s+/g, " ").trim(), from, carried.join(word("semicolon")));
}

/** Copy a text, by the old way where the new one is not allowed, and say on the button how it went. */
async function copy(button, text) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { value: text, className: "hidden" });
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus({ preventScroll: true });
  }
  button.textContent = at("spoken").textContent = word(done ? "copied" : "notCopied");
  setTimeout(() => {
    button.textContent = word("copy");
    at("spoken").textContent = "";
  }, 2000);
}

// ---- What a person does

/** Choose a label with all below it, or alone, and nothing else. */
function only(label, alone = false) {
  filter.labels.clear();
  if (alone) filter.labels.add(label);
  else check(label, true);
  for (const above of label.path.slice(1)) above.open = true;
  growTree();
  refresh();
  toResults();
}

function onlyDocument(name) {
  at("document").value = name;
  readForm();
  toResults();
}

function toResults() {
  at("found").focus({ preventScroll: true });
  if (at("found").getBoundingClientRect().top < 0) at("found").scrollIntoView();
}

function readForm() {
  filter.text = fold(at("text").value).split(/\s+/).filter(Boolean);
  filter.document = at("document").value.trim();
  filter.folded = fold(filter.document);
  filter.exact = documents.some((each) => each.name === filter.document);
  filter.status = at("form").elements.status.value;
  filter.minimum = Number(at("minimum").value);
  refresh();
}

/** Return a function that calls another once, when it has not been asked for a moment. */
function later(call) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, 150);
  };
}

function start() {
  const form = at("form");
  const typed = later(readForm);
  form.addEventListener("input", (event) => {
    if (event.target.type === "checkbox") return; // the tree's own
    at("minimum-shown").textContent = part(Number(at("minimum").value));
    typed();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    filter.labels.clear();
    setTimeout(readForm); // after the browser has emptied the form
  });
  for (const each of document.querySelectorAll("[name=level]")) each.onchange = () => { view.level = each.value; drawOverview(); };
  for (const each of document.querySelectorAll("[data-language]"))
    each.onclick = () => { view.language = each.dataset.language; drawWords(); };
  at("more-chart").onclick = () => { view.allChart = true; drawOverview(); };
  const names = [...new Set(documents.map((each) => each.name))].slice(0, MOST_SUGGESTED);
  at("documents").append(...names.map((value) => make("option", { value })));
  followTags();
  const wide = matchMedia("(min-width: 60.01rem)");
  const fit = () => { at("filters").open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  addEventListener("beforeprint", () => { at("failures").open = true; view.showTo(MOST_PRINTED); });
  drawWords();
}

/** While a tag is pointed at or has the focus, fade the evidence of the others in its sentence. */
function followTags() {
  const follow = (event) => {
    const button = event.target.closest(".tag");
    if (!button) return;
    const leaving = event.type === "mouseout" || event.type === "focusout";
    for (const each of button.closest(".card").querySelectorAll("mark"))
      each.classList.toggle("faded", !leaving && !each.dataset.labels.split(" ").includes(button.dataset.label));
  };
  for (const type of ["mouseover", "mouseout", "focusin", "focusout"]) at("list").addEventListener(type, follow);
}

start();
