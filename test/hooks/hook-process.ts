/** A process that subscribes a hook and says when it begins; the test kills it before the answer is noted. */
import { App, loadConfig, realWorld } from '../../src/app/index.ts';
import { readFileSync } from 'node:fs';

const [dir = ''] = process.argv.slice(2);
const readFile = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
const app = new App(loadConfig({ env: process.env, cwd: dir, readFile }), realWorld);
const hooks = await app.hooks();
process.stdout.write('begins\n');
await hooks.add({ connection: 'shop' });
process.stdout.write('done\n');
await app.close();
