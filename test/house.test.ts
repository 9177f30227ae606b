import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { VERSION } from '../src/app/version.ts';
import { pages, stalePages, typeText } from '../tools/docs.ts';

const root = dirname(import.meta.dirname);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface PackageFile {
  version: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}
const manifest = JSON.parse(read('package.json')) as PackageFile;
const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };

/** Paths of all files that are, or are about to be, in version control. */
function trackedFiles(): string[] {
  const { status, stdout, stderr } = spawnSync(
    'git',
    ['-c', `safe.directory=${root}`, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** What git tracks can only be asked in a checkout; elsewhere the test is left out aloud, and in CI it fails. */
function lacksGit(t: TestContext): boolean {
  if (existsSync(join(root, '.git'))) return false;
  assert.notEqual(process.env['CI'], 'true', 'CI must run in a git checkout');
  t.skip('not a git checkout');
  return true;
}

test('the version in the code is that of the package', () => {
  assert.equal(VERSION, manifest.version);
});

test('every dependency has an exact version, and the lock file the same', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
  for (const [name, version] of Object.entries(dependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, name);
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  }
});

test('no file in version control names a package registry', (t) => {
  if (lacksGit(t)) return;
  // Put together here, so that this file does not name one either.
  const hosts = ['registry.npmjs', 'registry.yarnpkg', 'npm.pkg.github', 'pkgs.dev.azure'].map(
    (host) => new RegExp(`${host.replaceAll('.', String.raw`\.`)}\\.(?:org|com)`),
  );
  const configured = process.env['npm_config_registry'];
  const host = configured === undefined ? '' : new URL(configured).hostname;
  const naming = trackedFiles().filter((path) => {
    const text = read(path);
    return hosts.some((one) => one.test(text)) || (host.includes('.') && text.includes(host));
  });
  assert.deepEqual(naming, []);
  assert.doesNotMatch(read('package-lock.json'), /"resolved": "https?:/);
});

test('every dependency stands in docs/dependencies.md with a reason and a licence', () => {
  const rows = read('docs/dependencies.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const listed = new Map(rows.map(([, name = '', why = '', licence = '']) => [name, { why, licence }]));
  for (const name of Object.keys(dependencies)) {
    const row = listed.get(`\`${name}\``);
    assert.ok(row, `${name} is missing in docs/dependencies.md`);
    assert.ok(row.why.length > 10, `${name} has no reason`);
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`)) as { license: string };
    assert.equal(row.licence, license, `licence of ${name}`);
  }
  const names = [...listed.keys()].flatMap((cell) => /^`(.+)`$/.exec(cell)?.[1] ?? []);
  assert.deepEqual(names.toSorted(), Object.keys(dependencies).toSorted());
});

test('the changelog says what is pending, and the README is short', () => {
  assert.match(read('CHANGELOG.md'), /^## Pending\n\n- /m);
  assert.ok(read('README.md').split('\n').length < 200);
});

const papers = [
  'README.md',
  'CHANGELOG.md',
  ...['actions', 'activation', 'architecture', 'connect', 'connectors', 'dependencies'].map(
    (name) => `docs/${name}.md`,
  ),
  ...[
    'destinations',
    'extraction',
    'flows',
    'openapi-import',
    'operations',
    'postgres',
    'sandbox',
    'sdk',
    'streams',
    'webhooks',
  ].map((name) => `docs/${name}.md`),
];

test('every link between the papers leads somewhere', () => {
  for (const paper of papers) {
    for (const [, target = ''] of read(paper).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      assert.ok(existsSync(join(root, dirname(paper), target)), `${paper} → ${target}`);
    }
    for (const [, anchor = ''] of read(paper).matchAll(/\]\(#([^)]+)\)/g)) {
      const headings = [...read(paper).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      assert.ok(headings.includes(anchor), `${paper} → #${anchor}`);
    }
  }
});

test('every command that the papers show exists', () => {
  const help = spawnSync(process.execPath, ['src/cli/main.ts', '--help'], { cwd: root, encoding: 'utf8' });
  assert.equal(help.status, 0, help.stderr);
  const known = new Set([...help.stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name));
  assert.ok(known.has('activate'), 'the help lists the commands');
  for (const paper of papers) {
    const blocks = [...read(paper).matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block).join('\n');
    for (const [, name] of blocks.matchAll(/^(?:npm run -s trunkline --|trunkline) ([a-z]+)/gm)) {
      assert.ok(known.has(name), `${paper} shows trunkline ${name}`);
    }
    for (const [, name = ''] of read(paper).matchAll(/npm run (?:-s )?([a-z][\w:]*)/g)) {
      assert.ok(name in manifest.scripts, `${paper} shows npm run ${name}`);
    }
    for (const [, path = ''] of read(paper).matchAll(/\b(?:node|bash) ((?:tools|\.ci)\/[\w./-]+)/g)) {
      assert.ok(existsSync(join(root, path)), `${paper} shows ${path}`);
    }
  }
});

test('files are named in small letters with hyphens', (t) => {
  if (lacksGit(t)) return;
  const strange = trackedFiles()
    .filter((path) => /^(?:src|test|tools|bench|console)\//.test(path))
    .filter(
      (path) => !['README.md', 'Dockerfile'].includes(basename(path)) && !path.startsWith('test/fixtures/'),
    )
    .filter((path) => !path.split('/').every((part) => /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(part)));
  assert.deepEqual(strange, []);
});

test('code in version control is TypeScript', (t) => {
  if (lacksGit(t)) return;
  const scripts = trackedFiles().filter(
    (path) => ['.js', '.mjs', '.cjs'].includes(extname(path)) && !path.startsWith('test/fixtures/'),
  );
  assert.deepEqual(scripts, []);
});

test('a generated page that says something else is found and named', () => {
  const wanted = pages();
  assert.deepEqual(stalePages(root, new Map([...wanted].map(([path, text]) => [path, `${text}new`]))), [
    'docs/actions.md',
    'docs/sdk.md',
    'docs/streams.md',
  ]);
  assert.deepEqual(stalePages(root, new Map([['docs/none.md', '']])), ['docs/none.md']);
});

test('types are written in words', () => {
  const words: [Record<string, unknown>, string][] = [
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'email' }, 'e-mail address'],
    [{ enum: ['a', 'b'] }, '`a`, `b`'],
    [{ const: 3 }, '`3`'],
    [{ type: 'integer', minimum: 1, maximum: 300 }, 'whole number from 1 to 300'],
    [{ type: 'number', minimum: 0 }, 'number of 0 or more'],
    [{ type: 'integer', maximum: Number.MAX_SAFE_INTEGER }, 'whole number'],
    [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'text or true or false'],
    [{ type: 'array', items: { type: 'string' } }, 'list of text'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'map of text'],
    [
      { type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
      '{ a: text; b?: any }',
    ],
  ];
  assert.deepEqual(
    words.map(([schema]) => typeText(schema)),
    words.map(([, text]) => text),
  );
});
