/* A demo in its frame: its signs of life and its steps, of which only the shape is believed. */

const STEP = /^[A-Za-z0-9._-]{1,64}$/;
const LONGEST_LABEL = 120;
const MOST_STEPS = 100;
const MOST_A_SECOND = 20;
const SEND_AFTER = 1_500;
const TRY_AGAIN = 5_000;

export function followDemo({ frame, origin, steps: address }, time, beats) {
  const known = new Set();
  let waiting = [];
  let timer = 0;
  let second = 0;
  let heard = 0;

  function isTooMuch() {
    const now = Math.floor(Date.now() / 1_000);
    heard = now === second ? heard + 1 : 1;
    second = now;
    return heard > MOST_A_SECOND;
  }

  function onMessage(event) {
    if (event.source !== frame.contentWindow || event.origin !== origin || isTooMuch()) return;
    const { type, step, label = '' } = Object(event.data);
    if (type === 'makegood:input') time.touched();
    if (type === 'makegood:step' && typeof step === 'string' && STEP.test(step) && typeof label === 'string') reached(step, label);
  }

  function reached(step, label) {
    if (known.has(step) || known.size >= MOST_STEPS) return;
    known.add(step);
    const ms = Object.values(time.pages).reduce((sum, each) => sum + each, 0);
    waiting.push({ step, label: label.slice(0, LONGEST_LABEL), ms });
    sendIn(SEND_AFTER);
  }

  function sendIn(delay) {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  async function send() {
    if (!waiting.length) return;
    /* a step counts after a sign of a person; until then the demo plays to nobody */
    if (!time.human) return sendIn(TRY_AGAIN);
    await beats.send();
    const sent = waiting;
    waiting = [];
    if (await beats.post(address, { steps: JSON.stringify(sent) })) return;
    waiting = [...sent, ...waiting];
    sendIn(TRY_AGAIN);
  }

  addEventListener('message', onMessage);
  addEventListener('pagehide', send);
  frame.closest('[data-demo-origin]').addEventListener('click', (event) => {
    if (!event.target.closest('[data-reload]')) return;
    /* the same address makes a fresh path, so a demo that has ended starts again too */
    frame.src = frame.getAttribute('src');
    frame.focus();
  });
}
