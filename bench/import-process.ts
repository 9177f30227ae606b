/** One way to read a large OpenAPI document, in a process of its own; prints what it cost as one line of JSON. */
import { readFileSync } from 'node:fs';
import { peakMb } from './peak-memory.ts';

interface Task {
  way: 'import' | 'parse' | 'validator' | 'calls';
  file: string;
}

const { way, file } = JSON.parse(process.argv[2] ?? '{}') as Task;
const text = readFileSync(file, 'utf8');

const ways: Readonly<Record<Task['way'], () => Promise<() => Promise<number> | number>>> = {
  async parse() {
    return () => Object.keys((JSON.parse(text) as { paths: object }).paths).length;
  },
  async import() {
    const { importDocument } = await import('../src/openapi/import.ts');
    return () => importDocument(text).operations.imported;
  },
  async calls() {
    const { importDocument } = await import('../src/openapi/import.ts');
    const { connectorFromDefinition } = await import('../src/openapi/from-json.ts');
    return () => {
      const { definition } = importDocument(text);
      if (!definition) throw new Error('nothing was imported');
      return Object.keys(connectorFromDefinition(definition).actions).length;
    };
  },
  async validator() {
    const { BaseResolver, createConfig, lintFromString } = await import('@redocly/openapi-core');
    class Closed extends BaseResolver {
      override loadExternalRef(ref: string): never {
        throw new Error(`${ref} is not followed`);
      }
    }
    const config = await createConfig({ rules: { struct: 'error', 'no-unresolved-refs': 'error' } });
    return async () =>
      (await lintFromString({ source: text, config, externalRefResolver: new Closed() })).length;
  },
};

// The time to load a program is not that of its work.
const run = await ways[way]();
const start = performance.now();
const count = await run();
const ms = performance.now() - start;
process.stdout.write(`${JSON.stringify({ ms, peakMb: peakMb(), count })}\n`);
