import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { faultLine } from '../../src/openapi/faults.ts';
import { importDocument } from '../../src/openapi/import.ts';

const folder = join(import.meta.dirname, '../fixtures/openapi/invalid');
const documents = readdirSync(folder).filter((file) => !file.endsWith('.txt'));

describe('everything that is wrong is said at once, each with its line', () => {
  for (const file of documents) {
    test(file, () => {
      const { faults, operations } = importDocument(readFileSync(join(folder, file), 'utf8'));
      const said = [
        ...faults.map(faultLine),
        ...operations.left.map(({ operation, reason }) => `left out: ${operation}: ${reason}`),
        `${operations.imported} of ${operations.found} operations`,
      ];
      const expected = readFileSync(join(folder, file.replace(/\.\w+$/, '.txt')), 'utf8');
      assert.equal(`${said.join('\n')}\n`, expected);
    });
  }
});
