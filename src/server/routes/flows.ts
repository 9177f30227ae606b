import { z } from 'zod';
import { flowSchema } from '../../app/index.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  flowLine,
  flowOrder,
  flowRehearsal,
  flowRetry,
  flowRun,
  flowRunFilter,
  flowRunLine,
  flowView,
} from '../flow-schemas.ts';
import { idParams } from '../schemas.ts';

const list = defineRoute({
  method: 'get',
  path: '/flows',
  id: 'listFlows',
  summary: 'All flows, those of the configuration file first.',
  tag: 'Flows',
  answer: z.array(flowLine),
  run: async ({ app }) => (await app.flows()).list(),
});

const show = defineRoute({
  method: 'get',
  path: '/flows/{id}',
  id: 'getFlow',
  summary: 'One flow with its definition, and what is wrong with it as things are now.',
  tag: 'Flows',
  params: idParams,
  answer: flowView,
  run: async ({ app, params }) => (await app.flows()).show(params.id),
});

const save = defineRoute({
  method: 'post',
  path: '/flows/{id}',
  id: 'saveFlow',
  summary:
    'Creates or replaces a stored flow. Runs that are under way end with the definition they began with.',
  tag: 'Flows',
  params: idParams,
  body: flowSchema,
  answer: flowView,
  run: async ({ app, params, body }) => (await app.flows()).save(params.id, body),
});

const remove = defineRoute({
  method: 'delete',
  path: '/flows/{id}',
  id: 'removeFlow',
  summary: 'Removes a stored flow; its runs stay on record.',
  tag: 'Flows',
  params: idParams,
  answer: z.object({}),
  run: async ({ app, params }) => {
    await (await app.flows()).remove(params.id);
    return {};
  },
});

const enable = (enabled: boolean) =>
  defineRoute({
    method: 'post',
    path: enabled ? '/flows/{id}/enable' : '/flows/{id}/disable',
    id: enabled ? 'enableFlow' : 'disableFlow',
    summary: enabled
      ? 'Lets events and schedules begin runs of the flow, whatever its definition says.'
      : 'Lets events and schedules begin no runs of the flow; people still may.',
    tag: 'Flows',
    params: idParams,
    answer: z.object({}),
    run: async ({ app, params }) => {
      await (await app.flows()).enable(params.id, enabled);
      return {};
    },
  });

const begin = defineRoute({
  method: 'post',
  path: '/flows/{id}/run',
  id: 'runFlow',
  summary: 'Begins a run of a flow, whether it is enabled or not.',
  tag: 'Flows',
  params: idParams,
  body: flowOrder,
  status: 202,
  answer: z.object({ id: z.string().describe('Ask for it at /flow-runs/{id}.') }),
  run: async ({ app, params, body }) => (await app.flows()).run(params.id, given(body)),
});

const rehearse = defineRoute({
  method: 'post',
  path: '/flows/{id}/dry-run',
  id: 'rehearseFlow',
  summary: 'Shows the input of each step; sends nothing that changes anything, and writes nothing down.',
  tag: 'Flows',
  params: idParams,
  body: flowOrder.extend({
    withReads: z
      .boolean()
      .default(false)
      .describe(
        'Make the calls that change nothing. Without it, their outputs are made up from their schemas.',
      ),
  }),
  answer: flowRehearsal,
  run: async ({ app, params, body: { withReads, ...order } }) =>
    (await app.flows()).rehearse(params.id, given(order), withReads),
});

const listRuns = defineRoute({
  method: 'get',
  path: '/flow-runs',
  id: 'listFlowRuns',
  summary: 'Runs of flows, newest first.',
  tag: 'Flows',
  query: flowRunFilter,
  answer: z.array(flowRunLine),
  run: async ({ app, query: { limit, since, flow, state } }) =>
    (await app.flows()).runs(
      { ...(flow && { flow }), ...(state && { state }), ...(since && { since: Date.parse(since) }) },
      limit,
    ),
});

const showRun = defineRoute({
  method: 'get',
  path: '/flow-runs/{id}',
  id: 'getFlowRun',
  summary: 'One run with what went into each step and what came out; secrets are blanked.',
  tag: 'Flows',
  params: idParams,
  answer: flowRun,
  run: async ({ app, params }) => (await app.flows()).runById(params.id),
});

const retryRun = defineRoute({
  method: 'post',
  path: '/flow-runs/{id}/retry',
  id: 'retryFlowRun',
  summary: 'Lets a run that did not end well go on; steps that are done are not done again.',
  tag: 'Flows',
  params: idParams,
  body: flowRetry,
  status: 202,
  answer: z.object({}),
  run: async ({ app, params, body: { doubt, latest } }) => {
    await (
      await app.flows()
    ).retry(params.id, { ...(doubt && { doubt }), ...(latest !== undefined && { latest }) });
    return {};
  },
});

const stopRun = defineRoute({
  method: 'post',
  path: '/flow-runs/{id}/stop',
  id: 'stopFlowRun',
  summary: 'Ends a run before its next step; a call that is under way is not taken back.',
  tag: 'Flows',
  params: idParams,
  status: 202,
  answer: z.object({}),
  run: async ({ app, params }) => {
    await (await app.flows()).stopRun(params.id);
    return {};
  },
});

function given({ input, event, once }: z.output<typeof flowOrder>) {
  return {
    ...(input !== undefined && { input }),
    ...(event !== undefined && { event }),
    ...(once !== undefined && { once }),
  };
}

export const flowRoutes: readonly Route[] = [
  list,
  show,
  save,
  remove,
  enable(true),
  enable(false),
  begin,
  rehearse,
  listRuns,
  showRun,
  retryRun,
  stopRun,
];
