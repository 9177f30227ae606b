import { prepareTarget } from '../activate/target.ts';
import { ConnectorError, type ErrorKind } from '../core/errors.ts';
import { countFlowRuns } from '../flows/history.ts';
import { countHooks } from '../webhooks/hooks/rows.ts';
import { requireBrevo, requireZoom } from './config/index.ts';
import type { App } from './app.ts';

/** One thing that was checked. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'failed';
  detail: string;
  hint?: string;
  /** Why it failed, by what has to be done about it. */
  kind?: ErrorKind;
}

/** Checks configuration, database, credentials, clock, scopes, plan and mapping. Changes nothing. */
export async function diagnose(app: App): Promise<Finding[]> {
  const findings: Finding[] = [configuration(app)];
  const check = async (
    name: string,
    run: () => Promise<Omit<Finding, 'check'> | string>,
  ): Promise<boolean> => {
    try {
      const result = await run();
      findings.push({
        check: name,
        ...(typeof result === 'string' ? { state: 'ok', detail: result } : result),
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      const { message, hint, kind } = error;
      findings.push({ check: name, state: 'failed', detail: message, ...(hint ? { hint } : {}), kind });
      return false;
    }
  };
  await check('database', () => state(app));
  // What follows would use it, and so change it.
  if (findings.at(-1)?.state !== 'ok') return findings;
  await check('flows and hooks', () => flowsAndHooks(app));
  const zoom = await check('zoom credentials', async () => {
    requireZoom(app.config);
    const session = await app.session('zoom');
    await session.signIn();
    return `a token was issued by ${session.connection.servers?.['oauth'] ?? session.connector.servers['oauth']}`;
  });
  if (zoom) {
    await check('clock', async () => {
      const { clockSkewMs = 0 } = await app.signIn('zoom');
      return `within ${Math.max(1, Math.round(Math.abs(clockSkewMs) / 1000))} s of Zoom's`;
    });
    await check('zoom scopes', () => scopes(app));
    await check('zoom plan', () => plan(app));
  }
  const brevo = await check('brevo credentials', async () => {
    requireBrevo(app.config);
    const session = await app.session('brevo');
    const account = await session.call(
      app.connector('brevo').actions['account']?.['get'] as never,
      {} as never,
    );
    return `the key belongs to ${(account as { email: string }).email}`;
  });
  if (brevo) await check('brevo attributes and lists', () => target(app));
  return findings;
}

function configuration({ config }: App): Finding {
  const { file, variables } = config.sources;
  const from = file ? file.path : 'no configuration file; defaults';
  const names = variables.length > 0 ? `; from the environment: ${variables.join(', ')}` : '';
  return { check: 'configuration', state: 'ok', detail: from + names };
}

/** Where our own state is. A schema of an older version is left as it is: the next start of this version updates it. */
async function state(app: App): Promise<Omit<Finding, 'check'> | string> {
  const { databaseUrl, dataDir } = app.config;
  if (!databaseUrl) return `${(await app.store()).engine} in ${dataDir}`;
  const { inspectPostgres } = await import('../store/postgres.ts');
  const { label, version, state: schema, pending } = await inspectPostgres(databaseUrl);
  const detail = `PostgreSQL ${version} at ${label}`;
  if (schema === 'current') return `${detail}; its tables are up to date`;
  if (schema === 'empty') return `${detail}; its tables will be made by the first command that needs them`;
  return {
    state: 'warning',
    detail: `${detail}; ${pending.length} migrations are due: ${pending.join(', ')}`,
    hint: 'Stop the processes of the older version, then start this one: it runs them. The other checks come after that.',
  };
}

/** Runs and hooks that somebody has to look at. */
async function flowsAndHooks(app: App): Promise<Omit<Finding, 'check'> | string> {
  const { sql } = await app.store();
  const runs = (await countFlowRuns(sql)).filter((one) => TROUBLED.has(one.state));
  const failed = (await countHooks(sql)).find((one) => one.state === 'failed')?.count ?? 0;
  const [first] = runs;
  if (!first && failed === 0) return 'nothing waits for a person';
  const listed = runs.map((one) => `${one.flow}: ${one.count} ${one.state}`).join(', ');
  return {
    state: 'warning',
    detail: [
      ...(first ? [`runs of flows to be looked at (${listed})`] : []),
      ...(failed > 0 ? [`${failed} incoming hook${failed === 1 ? '' : 's'} failed`] : []),
    ].join('; '),
    hint: [
      ...(first ? [`See them: trunkline flows runs --state ${first.state}`] : []),
      ...(failed > 0 ? ['See why: trunkline hooks list'] : []),
    ].join('\n'),
  };
}

const TROUBLED: ReadonlySet<string> = new Set(['partly', 'failed', 'in-doubt']);

async function scopes(app: App): Promise<Omit<Finding, 'check'>> {
  const session = await app.session('zoom');
  const { scopes: granted } = await session.signIn();
  if (!granted) return { state: 'warning', detail: 'Zoom did not say which scopes the app has' };
  const has = new Set(granted);
  const missing = (session.connector.people?.uses ?? []).filter(
    ({ scopes: any }) => !any.some((scope) => has.has(scope)),
  );
  if (missing.length === 0)
    return { state: 'ok', detail: `all that are needed are there (${granted.length} granted)` };
  // Apps from before March 2024 have scopes of the old kind, which cover several operations each (Zoom FACTS B).
  if (granted.some((scope) => /^[a-z_]+:(read|write)(:admin)?$/.test(scope))) {
    return { state: 'warning', detail: 'the app has classic scopes, which are only proven by use' };
  }
  return {
    state: 'failed',
    detail: `missing: ${missing.map(({ scopes: any }) => any[0]).join(', ')}`,
    hint: 'Add them at marketplace.zoom.us under Manage, your app, Scopes.',
  };
}

async function plan(app: App): Promise<Omit<Finding, 'check'>> {
  const session = await app.session('zoom');
  const source = session.connector.people;
  if (!source) return { state: 'warning', detail: 'not checked' };
  const { value } = await source.hosts(session)[Symbol.asyncIterator]().next();
  const host = value?.rows[0];
  const pace = `calls are paced for the plan '${app.config.zoom.plan}'`;
  if (!host) return { state: 'warning', detail: `the account has no active user; ${pace}` };
  const until = app.world.now();
  const { skips } = await source.instances(session, host, { since: until - 24 * 3600_000, until }, [
    'meeting',
  ]);
  const [skip] = skips;
  if (skip) return { state: 'warning', detail: `${skip.what}: ${skip.message}`, hint: skip.hint };
  return { state: 'ok', detail: `reports can be read; ${pace} (ZOOM_PLAN changes that)` };
}

async function target(app: App): Promise<Omit<Finding, 'check'>> {
  const session = await app.session('brevo');
  const { audience } = session.connector;
  if (!audience) return { state: 'warning', detail: 'not checked' };
  const { lists, fieldMapping, brevo } = app.config;
  const { created } = await prepareTarget(
    audience,
    session,
    { fields: fieldMapping, lists, ensureAttributes: brevo.ensureAttributes, ensureLists: brevo.ensureLists },
    false,
  );
  const fields = fieldMapping.filter(({ from }) => from !== 'email').length;
  const detail = `${fields} mapped attributes and the lists fit`;
  return {
    state: 'ok',
    detail: created.length > 0 ? `${detail}; will be created: ${created.join(', ')}` : detail,
  };
}
