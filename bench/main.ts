/** `npm run bench -- <name>`: runs one benchmark and prints its result as JSON. Exits with 1 when a bound is broken. */
import { benchActions } from './actions.ts';
import { benchActivate } from './activate.ts';
import { benchBudgets } from './budgets.ts';
import { benchHttp } from './http.ts';

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  http: benchHttp,
  budgets: benchBudgets,
  activate: benchActivate,
  actions: benchActions,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    const result = await benches[name]?.();
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    if (!(result as { holds: boolean }).holds) process.exitCode = 1;
  }
}
