// Reach by Agostini's curve: each spot reaches a share of those whom none has reached yet.
const HEARABLE = 0.78;

export function plan(station, { morning, day, weeks }) {
  const spots = { morning: morning * weeks, day: day * weeks };
  const missed = (1 - station.share.morning) ** spots.morning * (1 - station.share.day) ** spots.day;
  const reach = (1 - missed) * HEARABLE;
  const contacts = station.listeners * (spots.morning * station.share.morning + spots.day * station.share.day);
  return {
    reach,
    contacts: reach ? contacts / (reach * station.listeners) : 0,
    price: spots.morning * station.price.morning + spots.day * station.price.day,
    spots: spots.morning + spots.day,
  };
}
