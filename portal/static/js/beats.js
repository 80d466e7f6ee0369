/* What the server hears of a view: cumulative totals, so that a beat which is lost or sent twice does no harm. */

const EVERY = 15_000;
const SOON = 1_000;
/* the server ends a view after three minutes; a new one is opened before anything is counted in vain */
const SILENCE = 175_000;

export class Beats {
  #time;
  #played;
  #token;
  #addresses;
  #seq = 0;
  #sent = '';
  #heardAt = Date.now();
  #isOpening = false;
  #tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  constructor(time, { token, beats, nextView }, played = null) {
    this.#time = time;
    this.#played = played;
    this.#token = token;
    this.#addresses = { beats, nextView };
    setInterval(() => this.send(), EVERY);
    time.addEventListener('human', () => setTimeout(() => this.send(), SOON));
    time.addEventListener('active', () => { if (Date.now() - this.#heardAt > SILENCE) this.#openNext(); });
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') this.#leave(); });
    addEventListener('pagehide', () => this.#leave());
  }

  /* only when there is something new: a page that nobody reads falls silent, and its view ends */
  async send() {
    const form = this.#form();
    if (!form) return;
    try {
      const answer = await fetch(this.#addresses.beats, { method: 'POST', body: form, keepalive: true });
      if (answer.ok && (await answer.json()).answer === 'ended') await this.#openNext();
    } catch {
      /* totals are cumulative: the next beat carries this one too */
      this.#sent = '';
    }
  }

  /* the same token for what else is counted of a view; false when it has to be sent again */
  async post(address, fields) {
    const answer = await fetch(address, { method: 'POST', body: this.#signed(fields) }).catch(() => null);
    if (!answer?.ok) return answer !== null && answer.status < 500;
    const said = (await answer.json()).answer;
    if (said === 'ended') await this.#openNext();
    return said === 'counted';
  }

  #leave() {
    const form = this.#form();
    if (form) navigator.sendBeacon(this.#addresses.beats, form);
  }

  #form() {
    const pages = this.#time.pages;
    const played = this.#played?.played;
    const state = JSON.stringify([pages, this.#time.human, played]);
    if (this.#isOpening || state === this.#sent || (!this.#time.human && !Object.keys(pages).length)) return null;
    this.#sent = state;
    this.#seq += 1;
    this.#heardAt = Date.now();
    const beat = { seq: this.#seq, tab: this.#tab, pages, human: this.#time.human, played };
    return this.#signed({ beat: JSON.stringify(beat) });
  }

  #signed(fields) {
    const form = new FormData();
    form.set('csrf_token', document.querySelector('meta[name="csrf-token"]').content);
    form.set('token', this.#token);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  }

  async #openNext() {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      const answer = await fetch(this.#addresses.nextView, { method: 'POST', body: this.#signed({}) });
      if (answer.status >= 500) return;
      /* no longer granted, or logged out: the page itself says which */
      if (!answer.ok) return location.reload();
      this.#token = (await answer.json()).token;
      this.#time.startAgain();
      this.#played?.startAgain();
      this.#sent = '';
      this.#heardAt = Date.now();
    } catch { /* offline; the next sign of activity tries again */ } finally {
      this.#isOpening = false;
    }
  }
}
