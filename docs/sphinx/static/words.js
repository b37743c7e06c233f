// What the search says where Sphinx has no Ukrainian, or none that one would write.
Documentation.addTranslations({
  locale: "uk_UA",
  plural_expr: "n % 10 === 1 && n % 100 !== 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2",
  messages: {
    "Hide Search Matches": "Прибрати підсвічування",
    "Preparing search...": "Готуюся до пошуку…",
    "Searching": "Шукаю",
    ", in ": ", розділ ",
    "Search finished, found one page matching the search query.": [
      "Знайдено ${resultCount} сторінку.",
      "Знайдено ${resultCount} сторінки.",
      "Знайдено ${resultCount} сторінок.",
    ],
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Нічого не знайдено. Перевірте, чи немає помилки в словах, або напишіть менше слів.",
  },
});
