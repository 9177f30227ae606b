import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RunStart } from '../../app/index.ts';
import { defineRoute, type Context, type Route } from '../route.ts';
import { activation, extraction, idParams, run, runFilter, runLine, started } from '../schemas.ts';

const list = defineRoute({
  method: 'get',
  path: '/runs',
  id: 'listRuns',
  summary: 'Activations and extractions, newest first.',
  tag: 'Runs',
  query: runFilter,
  answer: z.array(runLine),
  run: async ({ app, query: { limit, since, kind, state } }) =>
    (await app.records()).runs(
      { ...(kind && { kind }), ...(state && { state }), ...(since && { since: Date.parse(since) }) },
      limit,
    ),
});

const show = defineRoute({
  method: 'get',
  path: '/runs/{id}',
  id: 'getRun',
  summary: 'One run: how far it is, or what came of it.',
  tag: 'Runs',
  params: idParams,
  answer: run,
  run: async ({ app, params }) => (await app.records()).run(params.id),
});

const stop = defineRoute({
  method: 'post',
  path: '/runs/{id}/stop',
  id: 'stopRun',
  summary: 'Asks an extraction to end; what was read is kept, and the next one goes on from there.',
  tag: 'Runs',
  params: idParams,
  status: 202,
  answer: z.object({}),
  run: async ({ app, params }) => {
    await (await app.records()).stopRun(params.id);
    return {};
  },
});

const startActivation = defineRoute({
  method: 'post',
  path: '/activations',
  id: 'startActivation',
  summary: 'Brings the people of a range of time over, or shows what that would do.',
  tag: 'Runs',
  body: activation,
  status: 202,
  answer: started,
  run: (context) => {
    const { since, until, ...rest } = context.body;
    const request = { ...defined(rest), since: Date.parse(since), until: Date.parse(until) };
    return begin(context, (start) => context.app.activate(request, () => undefined, start));
  },
});

const startExtraction = defineRoute({
  method: 'post',
  path: '/extractions',
  id: 'startExtraction',
  summary: 'Reads streams into a database or files.',
  tag: 'Runs',
  body: extraction,
  status: 202,
  answer: started,
  run: async (context) => {
    const request = await context.app.extractionRequest(defined(context.body));
    // It ends early when the server stops; the next one goes on from there.
    const { app, stopping: signal } = context;
    return begin(context, (start) => app.extract({ ...request, signal }, undefined, start));
  },
});

const planExtraction = defineRoute({
  method: 'post',
  path: '/extractions/plan',
  id: 'planExtraction',
  summary: 'What an extraction would ask for and how long that takes; writes nothing.',
  tag: 'Runs',
  body: extraction,
  answer: z.looseObject({ notes: z.array(z.string()), minimumMs: z.number() }),
  run: async ({ app, body }) => ({
    ...(await app.planExtraction(await app.extractionRequest(defined(body)))),
  }),
});

/** Answers once the run is on record; what is wrong before that is the answer. */
async function begin(
  { app, background }: Pick<Context<never, never, never>, 'app' | 'background'>,
  work: (start: RunStart) => Promise<unknown>,
): Promise<{ id: string }> {
  const id = randomUUID();
  const onRecord = Promise.withResolvers<void>();
  const done = work({ id, origin: 'server', onStart: () => onRecord.resolve() });
  background(
    done.catch((error: unknown) => {
      onRecord.reject(error);
      app.log('warn', 'a run failed', { run: id, error });
    }),
  );
  await onRecord.promise;
  return { id };
}

/** Members that are undefined left out. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

export const runRoutes: readonly Route[] = [
  list,
  show,
  stop,
  startActivation,
  startExtraction,
  planExtraction,
];
