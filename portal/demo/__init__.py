"""The demo world: Larkwell Audio, its partners, content, orders and money, laid out up to the day of loading.

`makers` draw real files; `library`, `channel` and `trade` hold the world as data; `loading` brings it in
through the same functions that people and imports use.
"""
