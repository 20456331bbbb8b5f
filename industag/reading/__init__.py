"""Documents in: files of any kind, harmless or not, turned into texts with where they came from.

    documents, formats      what a reader gives, and which files there are readers for
    finding, readers        from paths to documents, one way for all
    decoding, gzipped       from bytes to text
    blocks, csv_rows        long texts and tables in parts, so that memory stays flat
    markdown, html_text     what a reader sees of a page
    isolated                pdf, docx, xlsx and parquet, taken apart in a process of their own

In that process (``reading_process``) run ``binary_files`` and what it calls, down to ``office_zip`` and ``pdf_pages``.
"""
