/** `npm run bench -- <name>`: runs one benchmark and prints its result as JSON. Exits with 1 when a bound is broken. */
type Bench = () => Promise<unknown>;

// Read when asked for: each brings a part of the house with it.
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  http: async () => (await import('./http.ts')).benchHttp,
  budgets: async () => (await import('./budgets.ts')).benchBudgets,
  activate: async () => (await import('./activate.ts')).benchActivate,
  actions: async () => (await import('./actions.ts')).benchActions,
  'extract-cpu': async () => (await import('./extract-cpu.ts')).benchExtractCpu,
  'extract-limit': async () => (await import('./extract-limit.ts')).benchExtractLimit,
  'import-call': async () => (await import('./import-call.ts')).benchImportCall,
  import: async () => (await import('./import.ts')).benchImport,
  'live-latency': async () => (await import('./live-latency.ts')).benchLiveLatency,
  webhooks: async () => (await import('./webhooks.ts')).benchWebhooks,
  'live-cost': async () => (await import('./live-cost.ts')).benchLiveCost,
  'scale-simulation': async () => (await import('./scale-simulation.ts')).benchScaleSimulation,
  scale: async () => (await import('./scale.ts')).benchScale,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    const bench = await benches[name]?.();
    const result = await bench?.();
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    if (!(result as { holds: boolean }).holds) process.exitCode = 1;
  }
}
