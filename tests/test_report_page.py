"""The report in a browser: a headless Chromium does what a reader does."""

import json
import shutil
import time

import pytest

from industag.output.jsonl_rows import ReadRow, ReadTag
from industag.output.report import make_report

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"),
]

ATTACK = '</script><img src=x onerror="document.title=1"><script>document.title=1</script>'
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=en",
)  # fmt: skip
TAXONOMY, MODEL = "d1e14e704c24", "b6927b06cf72"
DESKTOP, PHONE = (1280, 900), (390, 844)


def sentence(text, *tags, number=1, **changed):
    """Return a row with tags given as (label, probability, words of the text); those below 0.5 are up for review."""
    made = [
        ReadTag(label, {"en": label, "zh": label}, probability, ((text.index(words), text.index(words) + len(words)),))
        for label, probability, words in tags
    ]
    given = tuple(each for each in made if each.probability >= 0.5)
    review = tuple(each for each in made if each.probability < 0.5)
    status = "tagged" if given else "review" if review else "none"
    plain = {"doc": "plan.pdf", "row": None, "page": None, "error": "", "taxonomy": TAXONOMY, "model": MODEL}
    return ReadRow(sentence=number, text=text, status=status, tags=given, review=review, **{**plain, **changed})


ROWS = [
    sentence("Offshore wind farms feed green hydrogen plants.", ("wind-power", 0.98, "wind farms"),
             ("hydrogen-energy", 0.71, "green hydrogen"), number=3, page=12),
    sentence("🌬️布局量子计算和脑机接口产业。", ("quantum-computing", 0.96, "量子计算"),
             ("brain-computer-interface", 0.93, "脑机接口"), number=4, page=12),
    sentence("New energy is the aim.", ("new-energy", 0.6, "New energy"), doc="news.csv", row=7),
    sentence("Perhaps a fusion of ideas.", ("nuclear-fusion", 0.3, "fusion"), doc="news.csv", row=8),
    sentence("Hydrogen and wind, " + ATTACK, ("hydrogen-energy", 0.9, "Hydrogen"),
             ("quantum-computing", 0.8, "Hydrogen and"), doc=ATTACK),
    sentence("Nothing of the kind."),
    ReadRow("bad.docx", None, 0, None, "", "error", (), (), "bad.docx: not a Word file " + ATTACK, TAXONOMY, MODEL),
]  # fmt: skip


class Reader:
    """A person before the browser."""

    def __init__(self, browser, path):
        self.browser = browser
        self.path = path

    def open(self, rows, taxonomy, size=DESKTOP, scheme="light"):
        self.path.write_text(make_report(rows, taxonomy).to_html(), "utf-8")
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size is PHONE}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.browser.get(self.path.as_uri())
        return self

    def script(self, code, *arguments):
        return self.browser.execute_script(code, *arguments)

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def click(self, selector):
        self.script("arguments[0].scrollIntoView({block: 'center'})", self.all(selector)[0])
        self.all(selector)[0].click()

    def texts(self, selector):
        return [each.text for each in self.all(selector)]

    def type(self, selector, text):
        field = self.all(selector)[0]
        field.clear()
        field.send_keys(text)
        self.settle()

    def settle(self):
        """Wait until what was typed has been read: the page's own timer, of 150 ms, goes off before this one."""
        self.browser.execute_async_script("setTimeout(arguments[0], 200)")

    @property
    def found(self):
        return self.texts("#found")[0]

    @property
    def quotations(self):
        return self.texts(".quotation")

    @property
    def counts(self):
        """The number beside each label of the tree."""
        nodes = "[...document.querySelectorAll('.node')]"
        return self.script(f"return Object.fromEntries({nodes}.map((each) => [...each.querySelectorAll('.name, .count')]"
                           ".map((part) => part.textContent)))")  # fmt: skip

    def choose(self, name):
        box = f"[...document.querySelectorAll('.node')].find((each) => each.querySelector('.name').textContent === {name!r})"
        self.script(f"{box}.querySelector('input').click()")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    started.get("about:blank")
    yield started
    started.quit()


@pytest.fixture
def reader(browser, tmp_path, tagger):
    """A person before a report; at the end the console must be empty, and nothing may have been asked of a network."""
    for log in ("browser", "performance"):
        browser.get_log(log)  # reading a log empties it
    reader = Reader(browser, tmp_path / "report.html").open(ROWS, tagger.taxonomy)
    yield reader
    assert browser.get_log("browser") == []
    sent = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    asked = {each["params"]["request"]["url"] for each in sent if each["method"] == "Network.requestWillBeSent"}
    assert asked == {reader.path.as_uri()}


def test_the_page_opens_with_totals_overview_and_tagged_sentences(reader):
    assert reader.texts("#totals dd") == ["4", "6", "4", "1", "1", "1"]
    assert reader.found == "4 of 4 sentences, in 3 documents"
    assert len(reader.quotations) == 4
    assert reader.texts("#chart tr")[0] == "New energy\n3 3 75%"
    assert reader.texts("#provenance dd") == [TAXONOMY, MODEL]


def test_evidence_stands_where_the_words_are(reader):
    assert reader.texts(".card:nth-child(1) mark") == ["wind farms", "green hydrogen"]
    assert reader.texts(".card:nth-child(2) mark") == ["量子计算", "脑机接口"]
    marks = reader.all(".card:nth-child(4) mark")
    assert [each.text for each in marks] == ["Hydrogen", "and"]
    assert "shared" in marks[0].get_attribute("class")
    colours = [each.value_of_css_property("background-color") for each in reader.all(".card:nth-child(-n+2) mark")]
    assert colours[0] == colours[1] != colours[2]  # both are new energy


def test_text_from_the_data_stays_text(reader):
    assert reader.quotations[3] == "Hydrogen and wind, " + ATTACK
    assert reader.all("img") == []
    assert reader.browser.title.startswith("Strategic emerging")
    reader.click("#failures summary")
    assert reader.texts("#failed span") == ["bad.docx: not a Word file " + ATTACK]


def test_the_tree_filters_by_class_and_by_everything_below(reader):
    assert reader.counts["New energy"] == "3"
    reader.choose("Wind power")
    assert reader.found == "1 of 4 sentences, in 1 document"
    assert reader.counts["Hydrogen energy"] == "2"  # what choosing it would find
    assert reader.texts("#chart th[scope=row]") == ["New energy"]
    states = reader.script("return labels.map((each) => [each.id, each.box.checked, each.box.indeterminate])")
    assert ["wind-power", True, False] in states
    assert ["new-energy", False, True] in states
    reader.choose("New energy")
    assert reader.found == "3 of 4 sentences, in 3 documents"
    reader.choose("Wind power")  # one out of the chosen field: those of the field itself go too
    assert [each[:8] for each in reader.quotations] == ["Offshore", "Hydrogen"]
    reader.click("#reset")
    reader.settle()
    assert reader.found == "4 of 4 sentences, in 3 documents"


def test_words_document_status_and_probability_filter_together(reader):
    reader.type("#text", "WIND hydrogen")
    assert reader.found == "2 of 4 sentences, in 2 documents"
    reader.type("#document", "PLAN")
    assert reader.quotations == [ROWS[0].text]
    assert reader.counts["Quantum computing"] == "0"
    reader.script("at('minimum').value = 0.75; at('minimum').dispatchEvent(new Event('input', {bubbles: true}))")
    reader.settle()
    assert [text.split() for text in reader.texts(".tag")] == [["Wind", "power", "0.98"]]
    assert reader.texts("#conditions") == ["wind; hydrogen; PLAN; probability from 0.75"]
    reader.type("#text", "no such words")
    assert reader.found == "0 of 3 sentences, in 0 documents"
    assert reader.texts(".nothing") == ["No sentence meets these conditions."]
    reader.click("#reset")
    reader.settle()
    reader.click("[value=review]")
    reader.settle()
    assert reader.quotations == ["Perhaps a fusion of ideas."]
    reader.click("[value=both]")
    reader.settle()
    assert reader.found == "5 of 5 sentences, in 4 documents"


def test_a_full_name_means_that_document_alone(reader, tagger):
    rows = [sentence("Wind power.", ("wind-power", 0.9, "Wind"), doc=doc) for doc in ("a.txt", "aa.txt")]
    reader.open(rows, tagger.taxonomy)
    reader.type("#document", "a.tx")
    assert reader.found == "2 of 2 sentences, in 2 documents"
    reader.type("#document", "a.txt")
    assert reader.found == "1 of 2 sentences, in 1 document"


def test_tags_and_documents_and_overview_lead_to_their_sentences(reader):
    reader.click(".card:nth-child(2) .tag")
    assert reader.found == "2 of 4 sentences, in 2 documents"
    assert reader.texts("#conditions") == ["Quantum computing"]
    reader.click("#reset")
    reader.settle()
    reader.click(".card:nth-child(3) .source .link")
    assert reader.quotations == ["New energy is the aim."]
    reader.click("#reset")
    reader.settle()
    reader.click(".segments [value=class]")
    assert reader.texts("#chart th[scope=row]")[:2] == ["Hydrogen energy", "Quantum computing"]
    general = reader.texts("#chart th[scope=row]").index("New energy, in general")
    reader.all("#chart .link")[general].click()
    assert reader.quotations == ["New energy is the aim."]


def test_pointing_at_a_tag_shows_its_own_evidence(reader):
    from selenium.webdriver import ActionChains

    ActionChains(reader.browser).move_to_element(reader.all(".card:nth-child(1) .tag")[1]).perform()
    faded = [each.text for each in reader.all(".card:nth-child(1) mark.faded")]
    assert faded == ["wind farms"]
    ActionChains(reader.browser).move_to_element(reader.all("#found")[0]).perform()
    assert reader.all("mark.faded") == []


def test_a_quotation_is_copied_with_its_source(reader):
    reader.script("window.copied = []; document.addEventListener('copy', () => copied.push(document.activeElement.value))")
    reader.script("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    reader.click(".card:nth-child(1) .copy")
    reader.settle()
    assert reader.texts(".card:nth-child(1) .copy") == ["Copied"]
    assert reader.script("return copied") == [
        "“Offshore wind farms feed green hydrogen plants.” "
        "(plan.pdf, page 12, sentence 3; Wind power 0.98; Hydrogen energy 0.71)"
    ]
    reader.script("navigator.clipboard.writeText = async (text) => copied.push(text)")
    reader.click("[data-language=zh]")
    reader.click(".card:nth-child(3) .copy")
    assert reader.script("return copied[1]") == "“New energy is the aim.”（news.csv，第 7 行，第 1 句；新能源 0.60）"


def test_one_button_turns_the_page_chinese_and_keeps_the_filters(reader):
    reader.choose("Quantum computing")
    reader.click("[data-language=zh]")
    assert reader.browser.title == "战略性新兴产业和未来产业：标注句子"
    assert reader.found == "4 句中的 2 句，见于 2 篇文档"
    assert reader.texts("#conditions") == ["量子计算"]
    assert reader.texts("#totals dt") == ["文档", "句子", "已标注", "待复核", "无标签", "失败"]
    assert reader.script("return document.documentElement.lang") == "zh-CN"
    words = reader.script("return Object.values(WORDS).map((each) => Object.keys(each).join())")
    assert words[0] == words[1]
    reader.click("[data-language=en]")
    assert reader.found == "2 of 4 sentences, in 2 documents"


def test_a_phone_shows_it_all_without_scrolling_sideways(reader, tagger):
    reader.open(ROWS, tagger.taxonomy, PHONE)
    assert reader.script("return document.documentElement.scrollWidth") == PHONE[0]
    assert not reader.all("#text")[0].is_displayed()
    reader.click("#filters summary")
    reader.type("#text", "farms")
    assert reader.found == "1 of 4 sentences, in 1 document"
    assert reader.script("return document.documentElement.scrollWidth") == PHONE[0]


def test_keys_alone_are_enough(reader):
    from selenium.webdriver import ActionChains, Keys

    names = []
    for _ in range(40):
        ActionChains(reader.browser).send_keys(Keys.TAB).perform()
        names.append(
            reader.script(
                "const e = document.activeElement; return e.id || (e.type === 'checkbox' ? e.type : e.className || e.value)"
            )
        )
    for name in ("skip", "text", "document", "tagged", "minimum", "checkbox", "twist", "reset", "link", "tag", "copy"):
        assert name in names, name
    ring = reader.script("return getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"


def test_everything_to_press_has_a_name(reader):
    nameless = reader.script(
        "return [...document.querySelectorAll('button, input, summary')].filter((each) => !("
        "each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.[0]?.textContent.trim()"
        ")).map((each) => each.outerHTML)"
    )
    assert nameless == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(reader, tagger, scheme):
    """At least 4.5 to 1 for text on each colour of evidence, and 3 to 1 for the colours of bars and tags."""
    reader.open(ROWS, tagger.taxonomy, scheme=scheme)
    names = ["--text", "--quiet", "--paper", "--ground", *(f"--{kind}-{n}" for kind in ("ink", "wash") for n in range(16))]
    look = "getComputedStyle(document.documentElement).getPropertyValue(name)"
    colours = dict(zip(names, reader.script(f"return arguments[0].map((name) => {look})", names), strict=True))
    assert (colours["--paper"] == "#ffffff") == (scheme == "light")

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one, other):
        lower, higher = sorted((light(colours[one]), light(colours[other])))
        return (higher + 0.05) / (lower + 0.05)

    for ground in ("--paper", "--ground", *(f"--wash-{number}" for number in range(16))):
        assert contrast("--text", ground) >= 4.5, ground
    assert min(contrast("--quiet", "--paper"), contrast("--quiet", "--ground")) >= 4.5
    for number in range(16):
        assert contrast(f"--ink-{number}", "--paper") >= 3, number


def test_twenty_thousand_sentences_stay_usable(reader, tagger):
    text = "第{}项：建设海上风电场和绿氢项目，wind farms and green hydrogen plants at the coast."
    rows = [
        sentence(text.format(number), ("wind-power", 0.97, "海上风电"), ("hydrogen-energy", 0.9, "绿氢"),
                 number=number % 50 + 1, doc=f"reports/{number // 50}.pdf", page=number % 50 // 10)
        for number in range(20_000)
    ]  # fmt: skip
    started = time.monotonic()
    reader.open(rows, tagger.taxonomy)
    assert reader.found == "20,000 of 20,000 sentences, in 400 documents"
    assert time.monotonic() - started < 8
    assert reader.path.stat().st_size < 6_000_000
    assert len(reader.all(".card")) == 50
    reader.click("#more")
    assert len(reader.all(".card")) == 100
    assert reader.script("return document.activeElement.closest('.card') === at('list').children[50]")
    took = reader.script(
        "const start = performance.now(); at('text').value = '19999'; readForm(); return performance.now() - start"
    )
    assert reader.found == "1 of 20,000 sentences, in 1 document"
    assert took < 1500
