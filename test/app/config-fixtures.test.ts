import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { ConfigError, loadConfig } from '../../src/app/config/index.ts';
import type { Config } from '../../src/app/config/index.ts';
import { Secret } from '../../src/core/secret.ts';

const folder = fileURLToPath(new URL('../fixtures/config/', import.meta.url));

// The environment of all fixtures. `ACME_…` is never set.
const env = {
  ZOOM_ACCOUNT_ID: 'account-1',
  ZOOM_CLIENT_ID: 'client-1',
  ZOOM_CLIENT_SECRET: 'very-secret-value',
  ZOOM_WEBHOOK_SECRET: 'very-secret-token',
  NEW_TOKEN: 'very-secret-new-token',
  EMEA_SECRET: 'very-secret-emea',
  LIST_ID: '42',
};

function load(name: string): Config {
  const text = readFileSync(folder + name, 'utf8');
  return loadConfig({
    env,
    cwd: '/srv',
    readFile: (path) => (path === '/srv/trunkline.yaml' ? text : undefined),
  });
}

function names(kind: 'valid' | 'invalid'): string[] {
  return readdirSync(folder + kind)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'));
}

/** As JSON, without the places of the settings, and with secrets shown: the fixtures hold none that are real. */
function comparable(config: Config): unknown {
  return JSON.parse(
    JSON.stringify(config, function (this: Record<string, unknown>, key, value: unknown) {
      if (key === 'settings') return undefined;
      const original = this[key];
      return original instanceof Secret ? { secret: original.reveal() } : value;
    }),
  );
}

for (const name of names('valid')) {
  void test(`valid/${name}.yaml is read as its JSON says`, () => {
    const expected: unknown = JSON.parse(readFileSync(`${folder}valid/${name}.json`, 'utf8'));
    assert.deepEqual(comparable(load(`valid/${name}.yaml`)), expected);
  });
}

for (const name of names('invalid')) {
  void test(`invalid/${name}.yaml is refused with its exact message`, () => {
    const expected = readFileSync(`${folder}invalid/${name}.txt`, 'utf8').trimEnd();
    assert.throws(
      () => load(`invalid/${name}.yaml`),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.message, expected);
        assert.equal(error.kind, 'config');
        assert.equal(error.message.split('\n').length, error.problems.length + 1);
        assert.doesNotMatch(JSON.stringify(error), /very-secret/);
        return true;
      },
    );
  });
}
