import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import {
  codeOf,
  deletionFaults,
  faultsOf,
  filesBelow,
  importsOf,
  readSources,
  type HousePlan,
} from './architecture.ts';

const ENGINE = ['jobs', 'store', 'http', 'core'];
const BELOW_APP = [
  'webhooks',
  'extract',
  'activate',
  'flows',
  'openapi',
  'mcp-client',
  ...ENGINE,
  'catalog.ts',
];
const PURE = ['node:crypto', 'node:util'];
const WORLD = ['app', 'cli/main.ts', 'cli/run.ts', 'sandbox'];

const plan: HousePlan = {
  // Who may import whom; itself is understood. A file with a row of its own is a room.
  // prettier-ignore
  rooms: {
    'core':              [],
    'connectors':        ['core'],
    'destinations':      ['core'],
    'openapi':           ['core'],
    'http':              ['core'],
    'store':             ['core'],
    'mcp-client':        ['http', 'core'],
    'jobs':              ['store', 'core'],
    'webhooks':          ENGINE,
    'extract':           ENGINE,
    'activate':          ENGINE,
    'flows':             ENGINE,
    'catalog.ts':        ['connectors', 'destinations', 'core'],
    'app':               BELOW_APP,
    'mcp':               ['app', 'core'],
    'server':            ['mcp', 'app', 'core'],
    'sandbox':           [],
    'cli':               ['server', 'mcp', 'app', 'sandbox', ...BELOW_APP],
    'sdk':               ['app', ...BELOW_APP],
    'index.ts':          ['sdk', 'app', 'openapi', 'http', 'core', 'catalog.ts'],
    'entry/zoom.ts':     ['connectors', 'core'],
    'entry/brevo.ts':    ['connectors', 'core'],
    'entry/webhooks.ts': ['connectors', 'webhooks', 'core'],
    'entry/extract.ts':  ['extract', 'catalog.ts', 'core'],
    'entry/mcp.ts':      ['mcp', 'core'],
    'entry/testing.ts':  ['sandbox'],
  },
  packages: {
    zod: ['*'],
    undici: ['http'],
    jose: ['http', 'server'],
    oauth4webapi: ['http'],
    // In one file, which reads them when the first value is checked.
    ajv: ['core/json-check.ts', 'core/json-faults.ts'],
    'ajv-formats': ['core/json-check.ts'],
    '@marcbachmann/cel-js': ['core'],
    yaml: ['app/config', 'openapi/yaml-text.ts'],
    commander: ['cli'],
    '@clack/prompts': ['cli'],
    pg: ['destinations', 'store'],
    'pg-copy-streams': ['destinations'],
    'hyparquet-writer': ['destinations'],
    '@duckdb/node-api': ['destinations'],
    hono: ['server'],
    '@hono/node-server': ['server'],
    pino: ['server'],
    '@modelcontextprotocol/server': ['mcp'],
    '@modelcontextprotocol/client': ['mcp-client'],
  },
  builtIns: {
    core: [...PURE, 'node:module'],
    connectors: PURE,
    openapi: PURE,
    activate: PURE,
    mcp: [...PURE, 'node:stream'],
  },
  world: {
    'process.env': { pattern: /\bprocess\s*(?:\.|\?\.)\s*env\b|\bprocess\['env'\]/, places: WORLD },
    'the clock': { pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/, places: WORLD },
    chance: { pattern: /\bMath\.random\b/, places: WORLD },
    fetch: { pattern: /(?<![.\w#])fetch\s*\(|\bglobalThis\.fetch\b/, places: WORLD },
    timers: { pattern: /\bset(?:Timeout|Interval)\b/, places: [...WORLD, 'http', 'jobs', 'store'] },
    // Such a path escapes the table of rooms.
    'modules by path': {
      pattern: /\bcreateRequire\b/,
      places: ['catalog.ts', 'core/json-check.ts', 'core/cel.ts', 'app/config/document.ts'],
    },
  },
  mayNameConnectors: ['catalog.ts', 'index.ts', 'entry'],
};

const root = dirname(import.meta.dirname);
const sources = readSources(root, ['src']);

test('every import of src goes downwards, and only app knows the world', () => {
  assert.ok(sources.size > 100, 'the sources were found');
  assert.deepEqual(faultsOf(plan, sources), []);
});

test('a connector can be deleted: only the catalog and the entry files name it', () => {
  assert.deepEqual(deletionFaults(plan, readSources(root, ['src', 'tools'])), []);
});

test('every room has a row in the table and a README of one sentence', () => {
  const rooms = readdirSync(`${root}/src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of rooms) {
    if (filesBelow(root, `src/${name}`).every((path) => !path.endsWith('.ts'))) continue;
    const file = `${root}/src/${name}/README.md`;
    assert.ok(
      Object.keys(plan.rooms).some((room) => room.split('/')[0] === name),
      `src/${name} has no row`,
    );
    assert.ok(existsSync(file), `src/${name} has no README.md`);
    const [title, sentence, ...more] = readFileSync(file, 'utf8').trim().split(/\n\n/);
    assert.equal(title, `# ${name}`, `title of ${file}`);
    assert.match(sentence ?? '', /^[A-Z][^]{20,400}\.$/, `sentence of ${file}`);
    assert.deepEqual(more, [], `${file} has more than one paragraph`);
  }
});

const written = ['src', 'test', 'tools', 'bench', 'console', 'migrations'].flatMap((folder) =>
  filesBelow(root, folder),
);

test('no file has more than 400 lines', (t) => {
  const lengths = written
    .filter((path) => /\.(?:tsx?|sql|css)$/.test(path))
    .map((path) => ({ path, lines: readFileSync(`${root}/${path}`, 'utf8').trimEnd().split('\n').length }));
  for (const { path, lines } of lengths) if (lines > 300) t.diagnostic(`over 300 lines: ${path} (${lines})`);
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path} has ${lines} lines`),
    [],
  );
});

const VAGUE = /(?:^|[-_.])(?:utils?|helpers?|managers?|services?)(?=[-_.]|$)/;

test('no file or folder is named after nothing: utils, helpers, manager, service', () => {
  const vague = written.filter((path) => path.split('/').some((part) => VAGUE.test(part)));
  assert.deepEqual(vague, []);
  assert.deepEqual(
    ['string-utils.ts', 'helpers', 'user.service.ts', 'manager.ts', 'deliveries.ts'].map((name) =>
      VAGUE.test(basename(name)),
    ),
    [true, true, true, true, false],
  );
});

/** What the checker says of files made up on the spot. */
function judge(files: Readonly<Record<string, string>>): string[] {
  return faultsOf(plan, new Map(Object.entries(files)));
}

test('the checker finds a room that reaches upwards, however the import is written', () => {
  const fault = 'src/core/x.ts → src/http/y.ts: core may import nothing only';
  for (const line of [
    `import { y } from '../http/y.ts';`,
    `import type { Y } from '../http/y.ts';`,
    `import {\n  a,\n  b,\n} from '../http/y.ts';`,
    `import '../http/y.ts';`,
    `export * from '../http/y.ts';`,
    `export { y } from "../http/y.ts";`,
    `const y = await import('../http/y.ts');`,
    `let y: import('../http/y.ts').Y;`,
  ]) {
    assert.deepEqual(judge({ 'src/core/x.ts': line }), [fault], line);
  }
});

test('the checker is not misled by comments, texts and regular expressions', () => {
  const source = [
    '/** @example import { y } from "../http/y.ts" */',
    `// import '../http/y.ts'; Date.now()`,
    `const pattern = /['"\`]\\/\\*/; const glob = 'src/**/*.ts'; const text = 'process.env and fetch(x)';`,
    `const query = [get('from'), get('to')]; say('the import', 'of all');`,
    `import { z } from 'zod';`,
    `const after = Date.now();`,
  ].join('\n');
  assert.deepEqual(
    importsOf('src/core/x.ts', source).map(({ to }) => to),
    ['zod'],
  );
  assert.deepEqual(judge({ 'src/core/x.ts': source }), [
    'src/core/x.ts uses the clock: only app, cli/main.ts, cli/run.ts, sandbox may',
  ]);
  assert.equal(codeOf(`f('a // b'); // c`).trimEnd(), `f('');`);
});

test('the checker finds packages and modules of Node at the wrong place', () => {
  assert.deepEqual(
    judge({
      'src/core/x.ts': `import { readFileSync } from 'node:fs';`,
      'src/http/x.ts': `import { Command } from 'commander';`,
      'src/store/x.ts': `import mysql from 'mysql2';`,
      'src/sandbox/x.ts': `import { z } from 'zod';`,
      'src/app/config/x.ts': `import { parse } from 'yaml';`,
      'src/app/x.ts': `import { parse } from 'yaml';`,
      'src/jobs/x.ts': `export const load = (name: string) => import(name);`,
      'src/flows/x.ts': `import { run } from '../../tools/run.ts';`,
      'src/attic/x.ts': `import { z } from 'zod';`,
    }),
    [
      'src/core/x.ts → node:fs: of Node, core may import node:crypto, node:util, node:module only',
      'src/http/x.ts → commander: commander is for cli only',
      'src/store/x.ts → mysql2: mysql2 is not in the table of packages',
      'src/sandbox/x.ts → zod: sandbox may import itself and node: only',
      'src/app/x.ts → yaml: yaml is for app/config, openapi/yaml-text.ts only',
      'src/jobs/x.ts → (computed): the path of an import must be a literal, so that it can be checked',
      'src/flows/x.ts → tools/run.ts: src imports nothing outside src',
      'src/attic/x.ts → zod: attic has no row in the table of rooms',
    ],
  );
});

test('the checker finds rooms that take the world instead of being handed it', () => {
  const uses = (code: string) =>
    judge({ 'src/extract/x.ts': code }).map((fault) => /uses (.+):/.exec(fault)?.[1]);
  assert.deepEqual(uses('const key = process.env.KEY;'), ['process.env']);
  assert.deepEqual(uses('const now = new Date();'), ['the clock']);
  assert.deepEqual(uses('const dice = Math.random();'), ['chance']);
  assert.deepEqual(uses('await fetch(url);'), ['fetch']);
  assert.deepEqual(uses('const { fetch } = deps; await globalThis.fetch(url);'), ['fetch']);
  assert.deepEqual(uses('setTimeout(run, 10);'), ['timers']);
  assert.deepEqual(uses('const { fetch, now } = this.deps; await fetch(url); new Date(now());'), []);
  assert.deepEqual(uses('log(`at ${Date.now()}`);'), ['the clock']);
  assert.deepEqual(judge({ 'src/http/x.ts': 'setTimeout(run, 10);', 'src/app/x.ts': 'Date.now();' }), []);
});

test('the checker finds connectors that know each other, and code that names a connector', () => {
  const files = new Map([
    ['src/connectors/zoom/x.ts', `import { brevo } from '../brevo/index.ts';`],
    ['src/connectors/brevo/x.ts', `import { y } from './y.ts';`],
    ['src/app/x.ts', `import { zoom } from '../connectors/zoom/index.ts';`],
    ['src/catalog.ts', `import { zoom } from './connectors/zoom/index.ts';`],
    ['src/entry/zoom.ts', `export { zoom } from '../connectors/zoom/index.ts';`],
  ]);
  assert.deepEqual(faultsOf(plan, files), [
    'src/connectors/zoom/x.ts → src/connectors/brevo/index.ts: the connector zoom may not import another connector',
    `src/app/x.ts → src/connectors/zoom/index.ts: app may import ${BELOW_APP.join(', ')} only`,
  ]);
  const only = 'only catalog.ts, index.ts, entry may name a connector';
  assert.deepEqual(deletionFaults(plan, files), [
    `src/connectors/zoom/x.ts → src/connectors/brevo/index.ts: ${only}`,
    `src/app/x.ts → src/connectors/zoom/index.ts: ${only}`,
  ]);
});
