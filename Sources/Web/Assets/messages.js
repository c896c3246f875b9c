// Messages in the reader's language, written as the box writes them: {slot}, plural, select, # and
// apostrophes of ICU MessageFormat. The sources come from MessageCatalog.table, which checked them.

const unknown = '?'; // stands for a value that is missing or cannot be shown
const most = 1e15; // numbers with decimals of this size are not shown

// A message as parts: texts, {slot}, {slot, kind, branches}.
function parse(source) {
  let at = 0;
  const spaces = () => { while (source[at] === ' ') at++; };
  const word = () => {
    const start = at;
    while (at < source.length && !' ,{}'.includes(source[at])) at++;
    return source.slice(start, at);
  };

  function message(hash) {
    const parts = [];
    let text = '';
    const add = (part) => { if (text) parts.push(text); text = ''; if (part) parts.push(part); };
    while (at < source.length && source[at] !== '}') {
      const sign = source[at++];
      if (sign === '{') add(block());
      else if (sign === '#' && hash) add({ slot: hash });
      else if (sign !== "'") text += sign;
      else if (source[at] === "'") { text += "'"; at++; }
      else if (source[at] === '{' || source[at] === '}' || (source[at] === '#' && hash)) text += quoted();
      else text += "'";
    }
    add();
    return parts;
  }

  function quoted() {
    let text = '';
    while (at < source.length) {
      const sign = source[at++];
      if (sign !== "'") text += sign;
      else if (source[at] === "'") { text += "'"; at++; }
      else break;
    }
    return text;
  }

  // From behind the opening brace to behind the closing one.
  function block() {
    spaces();
    const slot = word();
    spaces();
    if (source[at++] === '}') return { slot };
    spaces();
    const kind = word();
    spaces();
    at++;
    const branches = new Map();
    for (spaces(); at < source.length && source[at] !== '}'; spaces()) {
      const name = word();
      spaces();
      at++;
      branches.set(name, message(kind === 'plural' ? slot : null));
      at++;
    }
    at++;
    return { slot, kind, branches };
  }

  return message(null);
}

// How a language writes and counts numbers with so many decimals.
function ways(language) {
  const known = new Map();
  return (places) => {
    if (!known.has(places)) {
      const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
      known.set(places, {
        number: new Intl.NumberFormat(language, { ...digits, useGrouping: 'always', numberingSystem: 'latn' }),
        plural: new Intl.PluralRules(language, digits),
      });
    }
    return known.get(places);
  };
}

// A value as {value, places}; null for texts and for what cannot be shown.
function numeric(value) {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { value, places: 0 } : null;
  if (typeof value?.value !== 'number' || !(Math.abs(value.value) < most)) return null;
  return { value: value.value, places: Math.min(9, Math.max(0, value.places | 0)) };
}

/**
 * Makes the speaker of a page from its table: `{language, english, messages}`.
 *
 * Values of slots: a text, a whole number (exact to ±(2^53 − 1)), or `{value, places}` for a number
 * with decimals. `gaps` counts what could not be said, by key or `key {slot}`.
 */
export function speaker(table) {
  const own = ways(table.language);
  const english = ways('en');
  const fallen = new Set(table.english);
  const read = new Map();
  const gaps = new Map();
  const gap = (name) => { gaps.set(name, (gaps.get(name) ?? 0) + 1); };

  function text(key, slots = {}) {
    const source = table.messages[key];
    if (typeof source !== 'string') { gap(key); return key; }
    if (!read.has(key)) read.set(key, parse(source));
    const way = fallen.has(key) ? english : own;
    const missing = new Set();

    function shown(slot) {
      const given = slots[slot];
      if (typeof given === 'string') return given;
      const number = numeric(given);
      if (!number) { missing.add(slot); return unknown; }
      const digits = way(number.places).number.format(Math.abs(number.value));
      return (number.value < 0 && /[1-9]/.test(digits) ? '−' : '') + digits;
    }

    function chosen({ slot, kind, branches }) {
      const given = slots[slot];
      if (kind === 'select') return (typeof given === 'string' && branches.get(given)) || branches.get('other');
      const number = numeric(given);
      if (!number) return branches.get('other');
      return branches.get('=' + number.value)
        ?? branches.get(way(number.places).plural.select(Math.abs(number.value))) ?? branches.get('other');
    }

    const write = (parts) => parts.map((part) => {
      if (typeof part === 'string') return part;
      return part.kind ? write(chosen(part)) : shown(part.slot);
    }).join('');
    const words = write(read.get(key));
    for (const slot of missing) gap(key + ' {' + slot + '}');
    return words;
  }

  // Lengths in whole seconds, as DurationWords of the box writes them.
  function duration(seconds) {
    if (seconds <= -60) return text('duration.negative', { duration: duration(-seconds) });
    const minutes = Math.floor(Math.abs(seconds) / 60);
    if (seconds === 0) return text('duration.none');
    if (minutes < 1) return text('duration.underMinute');
    if (minutes < 60) return text('duration.minutes', { minutes });
    const hours = Math.floor(minutes / 60);
    if (minutes % 60 === 0) return text('duration.hours', { hours });
    return text('duration.hoursMinutes', { hours, minutes: minutes % 60 });
  }

  function age(seconds) {
    if (seconds < 86400) return duration(seconds);
    const hours = Math.floor(seconds / 3600);
    return hours < 48 ? text('duration.hours', { hours }) : text('duration.days', { days: Math.floor(hours / 24) });
  }

  const live = (seconds) => (seconds >= 0 && seconds < 60 ? text('duration.seconds', { seconds }) : age(seconds));
  return { text, duration, age, live, gaps };
}
