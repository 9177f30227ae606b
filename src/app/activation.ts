import { randomUUID } from 'node:crypto';
import { activate, type ActivateSummary, type Progress } from '../activate/run.ts';
import { ConnectorError } from '../core/errors.ts';
import type { App } from './app.ts';

export interface ActivationRequest {
  /** Milliseconds since the epoch. */
  since: number;
  until: number;
  dryRun?: boolean;
  again?: boolean;
  retryRefused?: boolean;
  /** False: contacts only. Default: what the configuration says. */
  events?: boolean;
}

const START = `INSERT INTO runs (id, kind, options, state, started_at) VALUES ($1, 'activate', $2, 'running', $3)`;
const FINISH = 'UPDATE runs SET state = $2, finished_at = $3, summary = $4 WHERE id = $1';

/** One activation from Zoom to Brevo by the configuration, kept as a run. */
export async function runActivation(
  app: App,
  request: ActivationRequest,
  onProgress: (progress: Progress) => void,
): Promise<ActivateSummary> {
  const { config, world } = app;
  if (!config.zoom.enabled) {
    throw new ConnectorError('Zoom is switched off in the configuration', {
      kind: 'config',
      hint: 'Set connectors.zoom.enabled to true, or leave it out.',
    });
  }
  const store = await app.store();
  const zoom = await app.signIn('zoom');
  const brevo = await app.session('brevo');
  const { people } = zoom.connector;
  const { audience } = brevo.connector;
  if (!people || !audience) throw new Error('the catalog has no people source or no audience');
  const id = randomUUID();
  await store.sql(START, [id, JSON.stringify(request), world.now()]);
  const finish = (state: 'done' | 'failed', summary: unknown) =>
    store.sql(FINISH, [id, state, world.now(), JSON.stringify(summary)]);
  const { participants, webinars } = config.zoom.sync;
  try {
    const summary = await activate(
      {
        store,
        jobs: await app.jobs(),
        log: app.log,
        from: { session: zoom, people },
        to: { session: brevo, audience },
        onProgress,
      },
      {
        range: { since: request.since, until: request.until },
        kinds: [...(participants ? (['meeting'] as const) : []), ...(webinars ? (['webinar'] as const) : [])],
        dryRun: request.dryRun ?? false,
        again: request.again ?? false,
        sendEvents: request.events ?? config.brevo.events,
        retryRefused: request.retryRefused ?? false,
        settings: {
          fields: config.fieldMapping,
          lists: config.lists,
          ensureAttributes: config.brevo.ensureAttributes,
          ensureLists: config.brevo.ensureLists,
        },
        readLagMs: config.brevo.readLagSeconds * 1000,
        excludeDomains: config.exclude.domains,
        excludeInternal: config.exclude.internal,
      },
    );
    await finish(summary.failed.length > 0 ? 'failed' : 'done', summary);
    return summary;
  } catch (error) {
    await finish('failed', error instanceof ConnectorError ? error : { message: String(error) });
    throw error;
  }
}
