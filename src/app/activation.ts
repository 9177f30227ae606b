import { activate, type ActivateSummary, type Progress } from '../activate/run.ts';
import { ConnectorError } from '../core/errors.ts';
import type { App } from './app.ts';
import type { Config } from './config/index.ts';
import { record, type LiveRun, type RunStart } from './runs.ts';

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

/** One activation from Zoom to Brevo by the configuration, kept as a run. */
export async function runActivation(
  app: App,
  request: ActivationRequest,
  onProgress: (progress: Progress) => void,
  start: RunStart = {},
): Promise<ActivateSummary> {
  const { config } = app;
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
  const jobs = await app.jobs();
  const work = ({ tell }: Pick<LiveRun, 'tell'>) =>
    activate(
      {
        store,
        jobs,
        log: app.log,
        setTimer: app.world.setTimer,
        from: { session: zoom, people },
        to: { session: brevo, audience },
        onProgress: (progress) => {
          tell(progress);
          onProgress(progress);
        },
      },
      {
        ...peopleOptions(config),
        range: { since: request.since, until: request.until },
        dryRun: request.dryRun ?? false,
        again: request.again ?? false,
        sendEvents: request.events ?? config.brevo.events,
        retryRefused: request.retryRefused ?? false,
      },
    );
  // Two at once would each plan what the other is sending.
  return record(app, { ...start, kind: 'activate', options: request, alone: 'activate' }, work, verdictOf);
}

function verdictOf({ failed }: ActivateSummary): 'done' | 'failed' {
  return failed.length > 0 ? 'failed' : 'done';
}

/** What the configuration says of all who bring people over. */
export function peopleOptions({ zoom, brevo, fieldMapping, lists, exclude }: Config) {
  const { participants, webinars, recordings } = zoom.sync;
  const { ensureAttributes, ensureLists, readLagSeconds } = brevo;
  return {
    kinds: [...(participants ? (['meeting'] as const) : []), ...(webinars ? (['webinar'] as const) : [])],
    recordings,
    settings: { fields: fieldMapping, lists, ensureAttributes, ensureLists },
    readLagMs: readLagSeconds * 1000,
    excludeDomains: exclude.domains,
    excludeInternal: exclude.internal,
  };
}
