"""The console: the pages in which the office is run, at /console. Server-rendered; works without its script.

It shows numbers first; names and words only in a case that its holder or the head of office opened, which the audit log keeps.
What is done in a case is done by the orders of `bot/desk`, as in a chat (docs/console.md, docs/adr/0020).
"""
