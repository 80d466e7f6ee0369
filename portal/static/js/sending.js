/* One file on its way up in parts: it pauses, goes on where it broke, and tells how it stands by "change". */
const HEAD = 4096;
// hashed before it is sent, so that a file that is here already need not go up again
const SMALL = 64 * 1024 * 1024;
const WAITS = [1, 2, 4, 8, 15, 30];
const OVER = new Set(['stored', 'used', 'refused', 'cancelled']);

const words = () => document.querySelector('[data-upload-words]').dataset;
const seconds = count => new Promise(done => setTimeout(done, 1000 * count));

const hashOf = async blob => {
  // crypto.subtle is there on https and on this machine only; without it the store's sizes are what is checked
  if (!globalThis.crypto?.subtle) return '';
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
};

class Refused extends Error {}
class Broken extends Error {}
class Stopped extends Error {}

export class Sending extends EventTarget {
  constructor(file, { batch = '', known = null } = {}) {
    super();
    Object.assign(this, { file, batch, state: 'waiting', done: 0, speed: 0, sentence: '', same: [], ref: null, direct: true, reaches: false, round: 0, mayBeSame: true });
    if (known) Object.assign(this, { ref: known.ref, state: 'stored', done: known.size });
  }

  get size() { return this.file.size; }
  get isOver() { return OVER.has(this.state); }
  get isRunning() { return ['hashing', 'sending', 'retrying', 'checking'].includes(this.state); }
  get secondsLeft() { return this.speed > 0 ? (this.size - this.done) / this.speed : null; }

  /* Resolves when it is over or paused; a second call while it runs changes nothing. */
  async run() {
    if (this.isRunning || this.isOver) return;
    const round = ++this.round;
    try {
      await this.offerTheSame();
      await this.sendAll(round);
    } catch (problem) {
      if (round !== this.round || problem instanceof Stopped) return;
      this.speed = 0;
      this.set(problem instanceof Refused ? 'refused' : 'paused', problem.message);
    }
  }

  pause() {
    this.stop();
    this.set('paused');
  }

  async cancel() {
    this.stop();
    this.set('cancelled');
    if (this.ref) await fetch(`/uploads/${this.ref}/cancel`, { method: 'POST', headers: this.headers() }).catch(() => {});
  }

  /* The person looked at what is the same and wants it all the same. */
  keepBoth() {
    this.mayBeSame = false;
    this.same = [];
    if (this.state === 'same') this.state = 'waiting';
    return this.run();
  }

  stop() {
    this.round += 1;
    this.request?.abort();
    this.speed = 0;
  }

  async offerTheSame() {
    if (!this.mayBeSame || this.ref || this.size > SMALL || !this.size) return;
    this.set('hashing');
    const sha256 = await this.read(this.file, hashOf);
    if (!sha256) return;
    const { same } = await this.ask(`/uploads/same?sha256=${sha256}`, { method: 'GET' });
    if (!same.length) return;
    this.same = same;
    this.set('same');
    throw new Stopped();
  }

  async sendAll(round) {
    for (let turn = 0; ; turn += 1) {
      let upload = await this.announce();
      this.must(round);
      if (upload.state === 'open') upload = await this.sendParts(upload, round);
      for (let wait = 0.3; upload.state === 'arrived'; wait = Math.min(2, wait * 1.5)) {
        this.set('checking', upload.sentence ?? '');
        await seconds(wait);
        this.must(round);
        upload = await this.ask(`/uploads/${upload.ref}`, { method: 'GET' });
      }
      if (upload.state === 'refused') throw new Refused(upload.sentence);
      if (upload.state !== 'open' || turn > 4) {
        this.done = this.size;
        if (this.mayBeSame) this.same = upload.same;
        return this.set(upload.state);
      }
    }
  }

  async announce() {
    const form = new FormData();
    form.append('name', this.file.name);
    form.append('size', this.size);
    form.append('modified', this.file.lastModified);
    form.append('batch', this.batch);
    form.append('head', await this.read(this.file.slice(0, HEAD), async head => new Blob([await head.arrayBuffer()])), 'head');
    const upload = await this.ask('/uploads', { method: 'POST', body: form });
    this.ref = upload.ref;
    return upload;
  }

  async sendParts(upload, round) {
    const count = Math.max(1, Math.ceil(this.size / upload.partSize));
    this.done = 0;
    for (let number = 1; number <= count; number += 1) {
      const part = this.file.slice((number - 1) * upload.partSize, number * upload.partSize);
      const hash = await this.read(part, hashOf);
      this.must(round);
      const there = upload.parts[number];
      if (there && hash && there !== hash) await this.changed();
      if (there === undefined) await this.sendPart(number, part, hash, round);
      this.done += part.size;
      this.set('sending');
    }
    this.set('checking');
    const answer = await this.ask(`/uploads/${upload.ref}/finish`, { method: 'POST' }, { mayMiss: true });
    return answer ?? { state: 'open' };
  }

  /* Until it is there: a broken line, a store that is away and a damaged part are tried again. */
  async sendPart(number, part, hash, round) {
    for (let turn = 0; ; turn += 1) {
      try {
        const address = `/uploads/${this.ref}/parts/${number}`;
        const { link } = await this.ask(address, { method: 'POST', hash });
        this.must(round);
        const isDirect = Boolean(this.direct && link);
        await this.put(isDirect ? link : address, part, hash);
        this.reaches ||= isDirect;
        return;
      } catch (problem) {
        this.must(round);
        if (!(problem instanceof Broken)) throw problem;
        // a bucket without the rule for this address answers nothing at all: then by way of the portal
        if (problem.wasDirect && turn && !this.reaches) this.direct = false;
        await this.waitAgain(turn, problem.message);
        this.must(round);
      }
    }
  }

  put(address, part, hash) {
    const isOurs = address.startsWith('/');
    const before = this.done;
    let last = performance.now();
    let loaded = 0;
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const broken = message => failed(Object.assign(new Broken(message), { wasDirect: !isOurs }));
      this.request = request;
      request.open('PUT', address);
      request.timeout = 300_000;
      if (isOurs) for (const [name, value] of Object.entries(this.headers(hash))) request.setRequestHeader(name, value);
      request.upload.addEventListener('progress', event => {
        const at = performance.now();
        if (at - last < 200) return;
        const current = (event.loaded - loaded) / ((at - last) / 1000);
        this.speed = this.speed ? 0.8 * this.speed + 0.2 * current : current;
        [last, loaded] = [at, event.loaded];
        this.done = before + Math.min(event.loaded, part.size);
        this.set('sending');
        this.done = before;
      });
      request.addEventListener('load', () => {
        if (request.status < 300) return done();
        const answer = isOurs ? parsed(request.responseText) : { again: true };
        // it was the store, and not a rule that its bucket lacks: once it is back the parts go there again
        if (isOurs && isOfStore(request.status, answer)) this.direct = true;
        if (answer.again || request.status >= 500) return broken(waitsFor(request.status, answer));
        return failed(new Refused(answer.sentence ?? words().loggedOut));
      });
      for (const name of ['error', 'timeout']) request.addEventListener(name, () => broken(words().broken));
      request.addEventListener('abort', () => failed(new Stopped()));
      request.send(part);
    });
  }

  /* A JSON answer of the portal; tried again for as long as nobody pauses. */
  async ask(address, { hash, ...options }, { mayMiss = false } = {}) {
    const round = this.round;
    for (let turn = 0; ; turn += 1) {
      let message = words().broken;
      try {
        const answer = await fetch(address, { ...options, headers: this.headers(hash) });
        if (answer.redirected && new URL(answer.url).pathname === '/login') throw new Broken(words().loggedOut);
        const body = parsed(await answer.text());
        if (answer.ok) return body;
        if (mayMiss && body.missing) return null;
        if (!body.again && answer.status < 500) throw new Refused(body.sentence ?? words().loggedOut);
        message = waitsFor(answer.status, body);
      } catch (problem) {
        if (problem instanceof Refused || problem instanceof Broken) throw problem;
      }
      this.must(round);
      await this.waitAgain(turn, message);
      this.must(round);
    }
  }

  async waitAgain(turn, message) {
    this.speed = 0;
    for (let left = WAITS[Math.min(turn, WAITS.length - 1)]; left > 0 && !this.skipWait; left -= 1) {
      this.set('retrying', message, words().again.replace('{seconds}', left));
      await seconds(1);
      if (this.state !== 'retrying') return;
    }
  }

  /* A file that somebody saved anew meanwhile cannot be read any more. */
  async read(blob, as) {
    try {
      return await as(blob);
    } catch {
      return this.changed();
    }
  }

  async changed() {
    if (this.ref) fetch(`/uploads/${this.ref}/cancel`, { method: 'POST', headers: this.headers() }).catch(() => {});
    throw new Refused(words().changed);
  }

  headers(hash = '') {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    return { 'X-CSRFToken': token, 'X-Requested-With': 'fetch', ...(hash ? { 'X-Part-SHA256': hash } : {}) };
  }

  must(round) { if (round !== this.round) throw new Stopped(); }

  set(state, sentence = '', countdown = '') {
    Object.assign(this, { state, sentence, countdown });
    this.dispatchEvent(new Event('change'));
  }
}

/* What is waited for; of a file in parts all that arrived is kept, whatever is said of a file sent whole. */
const isOfStore = (status, answer) => status === 503 && Boolean(answer.sentence);
const waitsFor = (status, answer) => (isOfStore(status, answer) ? words().store : answer.sentence ?? words().away);
const parsed = text => { try { return JSON.parse(text); } catch { return {}; } };
