/* Which stretches of a film or a sound were played, merged, and how much in all; both only ever grow in a view. */

/* between two `timeupdate` events a browser plays no more than this, at any speed */
const LONGEST_STEP = 4;

export class PlayedSpans {
  #player;
  #spans = [];
  #watched = 0;
  #last = null;

  constructor(player) {
    this.#player = player;
    player.addEventListener('play', () => { this.#last = player.currentTime; });
    player.addEventListener('timeupdate', () => this.#step());
    for (const name of ['pause', 'ended']) player.addEventListener(name, () => { this.#step(); this.#last = null; });
    player.addEventListener('seeking', () => { this.#last = null; });
    player.addEventListener('seeked', () => { this.#last = player.paused ? null : player.currentTime; });
  }

  /* milliseconds, or nothing while nothing was played */
  get played() {
    if (!this.#spans.length) return undefined;
    const ms = (seconds) => Math.round(seconds * 1000);
    return { spans: this.#spans.map(([from, to]) => [ms(from), ms(to)]), watched: ms(this.#watched) };
  }

  startAgain() {
    this.#spans = [];
    this.#watched = 0;
  }

  #step() {
    const from = this.#last;
    const to = this.#player.currentTime;
    if (from === null || this.#player.seeking) return;
    this.#last = to;
    if (to <= from || to - from > LONGEST_STEP) return;
    this.#watched += to - from;
    const apart = this.#spans.filter(([start, end]) => end < from || start > to);
    const touched = this.#spans.filter(([start, end]) => !(end < from || start > to));
    const whole = [Math.min(from, ...touched.map(([start]) => start)), Math.max(to, ...touched.map(([, end]) => end))];
    this.#spans = [...apart, whole].sort((one, other) => one[0] - other[0]);
  }
}
