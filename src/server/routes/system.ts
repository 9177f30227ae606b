import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { explanation, finding, status } from '../schemas.ts';

const showStatus = defineRoute({
  method: 'get',
  path: '/status',
  id: 'getStatus',
  summary: 'How things stand: what waits, what runs, what comes next.',
  tag: 'System',
  answer: status,
  run: async ({ app }) => (await app.records()).status(),
});

const doctor = defineRoute({
  method: 'get',
  path: '/doctor',
  id: 'runDoctor',
  summary: 'Checks configuration, database, credentials, scopes, plan, clock and mapping; changes nothing.',
  tag: 'System',
  answer: z.array(finding),
  run: ({ app }) => app.doctor(),
});

const explain = defineRoute({
  method: 'get',
  path: '/explain/{email}',
  id: 'explainPerson',
  summary: 'Why a person did or did not arrive.',
  tag: 'People',
  params: z.object({ email: z.email().describe('Address of the person.') }),
  answer: explanation,
  run: async ({ app, params }) => ({ ...(await app.explain(params.email)) }),
});

export const systemRoutes: readonly Route[] = [showStatus, doctor, explain];
