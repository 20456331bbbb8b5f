"""Documents in: files of any kind, harmless or not, turned into texts with where they came from.

documents, formats         what a reader gives, and which files there are readers for
finding, readers           from paths to documents, one way for all
decoding, gzipped          from bytes to text
blocks                     long texts in parts, so that memory stays flat
csv_rows, text_column      tables
markdown, html_text        what a reader sees of a page
isolated                   pdf, docx, xlsx and parquet, taken apart in a process of their own
frames, reading_process    how it is talked to, and that process
binary_files               what it does:
pdf_pages, page_text       PDF
office_zip, docx_text, xlsx_rows, parquet_rows     Word, Excel, Parquet
"""
