"""Rows out: what became of documents, as lines of JSON, tables, text, or a page for the browser.

rows, tally                documents tagged, a row for each sentence, and what they add up to
records                    rows as lines of JSON, which all other forms are made from
quick_records              the same lines from the compiled loops, without rows in between
forms, tables, writers     a row for each sentence, tag or document; CSV, Excel, Parquet, JSON Lines, text
terminal                   what a person sees
jsonl_rows, report         the lines read back, and the page made of them
"""
