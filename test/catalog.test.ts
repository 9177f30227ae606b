import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { connectors } from '../src/catalog.ts';
import { brevo } from '../src/connectors/brevo/index.ts';
import { zoom } from '../src/connectors/zoom/index.ts';

const src = join(import.meta.dirname, '../src');

/** The modules that a program in a process of its own reads, by their addresses. */
async function modulesOf(program: string): Promise<string[]> {
  const code = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
    ${program}
    process.stdout.write(JSON.stringify(seen));`;
  const options = ['--input-type=module', '-e', code];
  const { stdout } = await promisify(execFile)(process.execPath, options, { maxBuffer: 1e7 });
  return JSON.parse(stdout) as string[];
}

const readZoom = (url: string) => url.includes('/connectors/zoom/');

test('importing the SDK reads no connector and no server: the one that is used is read then', async () => {
  const sdk = `const { connectors } = await import(${JSON.stringify(join(src, 'index.ts'))});`;
  const imported = await modulesOf(sdk);
  assert.ok(imported.some((url) => url.endsWith('/src/catalog.ts')));
  const early = imported.filter((url) => /\/connectors\/|^node:https?$/.test(url));
  assert.deepEqual(early, []);
  const used = await modulesOf(`${sdk} connectors.zoom.actions.meetings.create;`);
  assert.ok(used.some(readZoom));
  assert.deepEqual(
    used.filter((url) => url.includes('/connectors/brevo/')),
    [],
  );
});

test('a connector is one and the same, by the catalog and by its own module', () => {
  assert.equal(connectors.zoom, zoom);
  assert.equal(connectors.brevo, brevo);
  assert.deepEqual(Object.entries(connectors), [
    ['zoom', zoom],
    ['brevo', brevo],
  ]);
});

test('what the catalog reads by its path is there', () => {
  const paths = [
    ...readFileSync(join(src, 'catalog.ts'), 'utf8').matchAll(/load\(`\.\/([^$]+)\$\{ENDING\}`\)/g),
  ];
  assert.ok(paths.length >= 2);
  for (const [, path] of paths) assert.ok(existsSync(join(src, `${path}.ts`)), path);
});
