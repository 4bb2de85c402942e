// ODK Web Forms' engine through one case, in Node with the DOM of jsdom: node webforms.mjs FOLDER FORM.xml BUDGET_S
// FOLDER holds the installed packages; nothing is looked up anywhere else. Times in milliseconds.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, form, budget] = process.argv.slice(2);
const status = (field) => {
  const line = fs.readFileSync('/proc/self/status', 'utf8').split('\n').find((each) => each.startsWith(field));
  return Math.round(Number(line.replace(/\D/g, '')) / 102.4) / 10;
};
const base = status('VmRSS');
const require = createRequire(pathToFileURL(path.join(path.resolve(folder), 'package.json')));
globalThis.require = require; // the package expects both of CommonJS
globalThis.__dirname = folder;
const { JSDOM } = require('jsdom');
const page = new JSDOM('<!doctype html>').window;
for (const name of ['DOMParser', 'XMLSerializer', 'Document', 'Node', 'Element', 'Text', 'Attr', 'Comment', 'XMLDocument',
  'XPathResult', 'NodeFilter', 'HTMLElement', 'CDATASection', 'ProcessingInstruction', 'document']) globalThis[name] = page[name];
globalThis.window = page;
const home = path.join(path.resolve(folder), 'node_modules/@getodk/xforms-engine');
const engine = await import(pathToFileURL(path.join(home, 'dist/index.js')));

const spread = (times) => {
  if (!times.length) return { n: 0 };
  const sorted = [...times].sort((a, b) => a - b);
  const at = (q) => Math.round(sorted[Math.ceil(q * sorted.length) - 1] * 1e4) / 1e4;
  return { n: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};
const timed = async (times, act) => {
  const begin = performance.now();
  const given = await act();
  times.push(performance.now() - begin);
  return given;
};
const at = (times, act) => {
  const begin = performance.now();
  const given = act();
  times.push(performance.now() - begin);
  return given;
};

const xml = fs.readFileSync(form, 'utf8');
const script = JSON.parse(fs.readFileSync(form.replace(/\.xml$/, '.json'), 'utf8'));
const options = { form: { fetchFormAttachment: () => { throw new Error('no files'); } }, instance: { stateFactory: (state) => state } };
const open = () => engine.createInstance(xml, options);
const opened = [];
const interview = await timed(opened, open);
const cold = opened.pop();
let until = performance.now() + Number(budget) * 1000;

const nodes = new Map();
let range = null;
const collect = (node) => {
  nodes.set(node.currentState.reference, node);
  if (node.nodeType.startsWith('repeat-range')) range = node;
  for (const child of node.currentState.children ?? []) collect(child);
};
collect(interview.root);
const added = [];
while (range && range.currentState.children.length < script.rows && performance.now() < until) at(added, () => range.addInstances());
collect(interview.root);
const watched = script.checks.map((ref) => nodes.get(ref)).filter(Boolean);
const give = (times, ref, value) => {
  const node = nodes.get(ref);
  if (!node) return;
  at(times, () => {
    if (node.nodeType === 'select') node.selectValue(value);
    else node.setValue(value);
    for (const each of watched) each.currentState.value; // computed when read
  });
};
const filled = [];
until = performance.now() + Number(budget) * 1000;
for (const [ref, value] of script.fill) if (performance.now() < until) give(filled, ref, value);
const answers = [];
const lists = [];
let offered = 0;
until = performance.now() + Number(budget) * 1000;
for (const [ref, value, lookedAt] of script.acts) {
  if (performance.now() > until) break;
  give(answers, ref, value);
  for (const asked of lookedAt) offered += at(lists, () => nodes.get(asked).currentState.valueOptions.length);
}
const payload = () => interview.root.prepareInstancePayload({ payloadType: 'monolithic' });
const written = [];
const restored = [];
for (let n = 0; n < 5; n += 1) await timed(written, payload);
const peak = status('VmHWM');
if (cold < Number(budget) * 500) {
  await timed(opened, open);
  const saved = (await payload()).data;
  try {
    await timed(restored, () => engine.restoreInstance(xml, { data: saved }, options));
  } catch (error) {
    process.stderr.write(`restore: ${error.message}\n`);
  }
}
const version = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')).version;
console.log(JSON.stringify({
  engine: 'webforms', version, node: process.version, case: script.name, open_cold_ms: Math.round(cold * 100) / 100,
  rows: range ? range.currentState.children.length : 0, add_row_ms: spread(added), fill_ms: spread(filled), answer_ms: spread(answers),
  choices_ms: spread(lists), offered, open_ms: spread(opened), draft_ms: spread(written), serialise_ms: spread(written),
  restore_ms: spread(restored), checks: script.checks.map((ref) => String(nodes.get(ref)?.currentState.value ?? '')),
  peak_mb: peak, base_mb: base,
}));
process.exit(0); // jsdom keeps timers
