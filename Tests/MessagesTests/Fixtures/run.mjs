// Writes each case with messages.js: reads {module, tables, cases} on standard input, answers a list.
import { readFileSync } from 'node:fs';

const input = JSON.parse(readFileSync(0, 'utf8'));
const { speaker } = await import(input.module);
const speakers = new Map();
for (const [language, table] of Object.entries(input.tables)) speakers.set(language, speaker(JSON.parse(table)));

const answers = input.cases.map((one) => {
  if (one.message) {
    const table = { language: one.language, english: [], messages: { 'case.text': one.message } };
    return speaker(table).text('case.text', one.slots);
  }
  const own = speakers.get(one.language);
  return one.duration ? own[one.duration](one.seconds) : own.text(one.key, one.slots);
});
const gaps = Object.fromEntries([...speakers].map(([language, own]) => [language, Object.fromEntries(own.gaps)]));
console.log(JSON.stringify({ answers, gaps }));
