// Reach by Agostini's curve: each spot reaches a share of those whom none has reached yet.
const LISTENERS = 640000;
const SHARE = { morning: 0.022, day: 0.013 };
const PRICE = { morning: 85, day: 48 };
const read = (id) => Number(document.getElementById(id).value);
const write = (id, text) => { document.getElementById(id).textContent = text; };

function plan(weeks) {
  const spots = { morning: read("morning") * weeks, day: read("day") * weeks };
  const missed = (1 - SHARE.morning) ** spots.morning * (1 - SHARE.day) ** spots.day;
  const reach = (1 - missed) * 0.78;
  const impressions = LISTENERS * (spots.morning * SHARE.morning + spots.day * SHARE.day);
  return {
    reach,
    contacts: reach ? impressions / (reach * LISTENERS) : 0,
    price: spots.morning * PRICE.morning + spots.day * PRICE.day,
  };
}

function draw(weeks) {
  const points = Array.from({ length: weeks + 1 }, (_, n) => `${(n / 13) * 600 + 20},${180 - plan(n).reach * 200}`);
  document.getElementById("curve").innerHTML =
    `<path d="M20 180H630M20 130H630M20 80H630M20 30H630" stroke="#e6e3da" fill="none"/>` +
    `<polyline points="${points.join(" ")}" fill="none" stroke="#dd5b36" stroke-width="4" stroke-linejoin="round"/>`;
}

function update() {
  const weeks = read("weeks");
  const { reach, contacts, price } = plan(weeks);
  for (const id of ["morning", "day", "weeks"]) write(`${id}-out`, read(id));
  write("reach", `${Math.round(reach * 100)}%`);
  write("contacts", contacts.toFixed(1));
  write("price", `$${price.toLocaleString("en-US")}`);
  write("advice", contacts < 3
    ? "Below three contacts recall hardly moves: fewer weeks, or more spots a week."
    : contacts > 9 ? "Above nine contacts recall stops growing: save the money, or add a station."
      : "Three to nine contacts: the range in which recall grows with every spot.");
  draw(weeks);
}

for (const id of ["morning", "day", "weeks"]) document.getElementById(id).addEventListener("input", update);
update();
