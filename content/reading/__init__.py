"""Reading an uploaded file in a child process that may fail alone: its text, pages and pictures.

reading    what was found: pages with text and pictures, a cover, a duration; or the reason why not
child      the process that opens the file; limited in memory, time and file size, its environment empty
jail       LibreOffice without network, home or settings (it fetches what a file names)
"""
