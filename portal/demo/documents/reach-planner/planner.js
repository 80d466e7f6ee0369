import { plan } from "./reach.js";

const SVG = "http://www.w3.org/2000/svg";
const WEEKS = 13;
const at = (id) => document.getElementById(id);
const write = (id, text) => { at(id).textContent = text; };
const dollars = (amount) => `$${amount.toLocaleString("en-US")}`;
// the portal that shows this counts what was reached; anywhere else nobody listens
const step = (name, label) => parent.postMessage({ type: "makegood:step", step: name, label }, "*");

const stations = await (await fetch("stations.json")).json();
let station = stations[0];

function drawn(name, attributes, words) {
  const shape = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  if (words) shape.textContent = words;
  return shape;
}

function card(each, index) {
  const label = document.createElement("label");
  label.className = "station";
  const input = Object.assign(document.createElement("input"), { type: "radio", name: "station", value: each.ref, checked: index === 0 });
  input.addEventListener("change", () => { station = each; step("station", "Chose a station"); update(); });
  const name = Object.assign(document.createElement("b"), { textContent: each.name });
  const where = Object.assign(document.createElement("small"), { textContent: `${each.city} · ${each.listeners.toLocaleString("en-US")} a week` });
  const day = drawn("svg", { viewBox: "0 0 120 26", preserveAspectRatio: "none", "aria-hidden": "true" });
  each.hours.forEach((share, hour) => day.append(drawn("rect", { x: hour * 10 + 1, y: 26 - share * 1.8, width: 7, height: share * 1.8, rx: 2, fill: share >= 12 ? "#dd5b36" : "#9fb3ab" })));
  label.append(input, name, where, day);
  return label;
}

function inputs(weeks) {
  return { morning: Number(at("morning").value), day: Number(at("day").value), weeks };
}

function draw(weeks) {
  const x = (week) => 34 + (week / WEEKS) * 596;
  const y = (reach) => 204 - reach * 230;
  const curve = (to) => Array.from({ length: to + 1 }, (_, week) => `${x(week)},${y(plan(station, inputs(week)).reach)}`).join(" ");
  const shapes = [0, 0.2, 0.4, 0.6, 0.8].flatMap((share) => [
    drawn("line", { x1: 34, x2: 630, y1: y(share), y2: y(share), stroke: "#e2dfd4" }),
    drawn("text", { x: 28, y: y(share) + 4, "text-anchor": "end" }, `${share * 100}%`),
  ]);
  shapes.push(drawn("polyline", { points: curve(WEEKS), fill: "none", stroke: "#d8b9a9", "stroke-width": 2, "stroke-dasharray": "4 5" }));
  shapes.push(drawn("polygon", { points: `${x(0)},${y(0)} ${curve(weeks)} ${x(weeks)},${y(0)}`, fill: "#fbe3da" }));
  shapes.push(drawn("polyline", { points: curve(weeks), fill: "none", stroke: "#dd5b36", "stroke-width": 4, "stroke-linejoin": "round", "stroke-linecap": "round" }));
  shapes.push(drawn("circle", { cx: x(weeks), cy: y(plan(station, inputs(weeks)).reach), r: 7, fill: "#dd5b36", stroke: "#fff", "stroke-width": 3 }));
  for (const week of [1, 4, 8, 13]) shapes.push(drawn("text", { x: x(week), y: 226, "text-anchor": week === 13 ? "end" : "middle" }, `week ${week}`));
  at("curve").replaceChildren(...shapes);
}

function advice(contacts) {
  if (contacts < 3) return "Below three contacts recall hardly moves: fewer weeks, or more spots a week.";
  if (contacts > 9) return "Above nine contacts recall stops growing: save the money, or add a station.";
  return "Three to nine contacts: the range in which recall grows with every spot.";
}

function update() {
  const weeks = Number(at("weeks").value);
  const { reach, contacts, price, spots } = plan(station, inputs(weeks));
  for (const id of ["morning", "day"]) write(`${id}-out`, `${at(id).value} a week`);
  write("weeks-out", weeks);
  write("reach", `${Math.round(reach * 100)}%`);
  write("of", `of ${Math.round(station.listeners / 1000)},000 listeners`);
  write("contacts", contacts.toFixed(1));
  write("price", dollars(price));
  write("advice", advice(contacts));
  write("summary", `${station.name}: ${spots} spots in ${weeks} ${weeks === 1 ? "week" : "weeks"}, ${dollars(price)}.`);
  Object.assign(at("done"), { disabled: false, textContent: "This is the plan" });
  draw(weeks);
  return contacts;
}

at("stations").append(...stations.map(card));
for (const id of ["morning", "day", "weeks"]) {
  at(id).addEventListener("input", () => {
    step("plan", "Moved the spots");
    const contacts = update();
    if (contacts >= 3 && contacts <= 9) step("effective", "Three to nine contacts");
  });
}
at("done").addEventListener("click", () => {
  step("agreed", "Agreed on a plan");
  Object.assign(at("done"), { disabled: true, textContent: "Agreed" });
});
update();
