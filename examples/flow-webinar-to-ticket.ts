/**
 * A flow: a webinar that was attended becomes a ticket of a help desk. The connector of the desk is made of its Swagger
 * document, and the flow is stored over the command line, as a program would do it over the API.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trunkline } from '../src/index.ts';
import { open, sandboxDoes } from './flows/house.ts';

const document = process.env['DESK_SWAGGER_URL'] ?? '';
const key = process.env['DESK_API_KEY'] ?? '';
const { hostname } = new URL(document);

await using house = await open({ 'trunkline.yaml': 'schedules: { activate: never }\n' });
// A connector of a document may not call private addresses; here the desk runs on this machine.
await house.trunkline('connectors', 'import', document, '--id', 'desk', '--allow-private', hostname);
await house.trunkline(
  'connections',
  'add',
  'desk',
  '--credential',
  `apiKey=${key}`,
  '--allow-private',
  hostname,
);

const flow = {
  name: 'Attended webinars become tickets',
  trigger: { connection: 'zoom', event: 'webinar.ended' },
  steps: [
    {
      id: 'people',
      action: 'zoom.pastWebinars.participants',
      input: { webinarId: '${trigger.body.payload.object.uuid}', page_size: 300 },
    },
    {
      id: 'types',
      action: 'desk.projects.listIssueTypes',
      when: 'size(steps.people.output.participants) > 0',
      input: { projectKey: 'SUP' },
    },
    {
      id: 'ticket',
      action: 'desk.tickets.createTicket',
      when: "steps.types.status == 'done'",
      input: {
        project: 'SUP',
        issueType: '${steps.types.output[0].id}',
        summary: 'Follow up: ${trigger.body.payload.object.topic}',
        description: "Attended by ${join(unique(steps.people.output.participants.map(p, p.name)), ', ')}.",
        labels: ['webinar', 'w${trigger.body.payload.object.id}'],
      },
    },
  ],
  output: { ticket: '${default(steps.ticket.output.key, "none")}' },
};

// What it would do, before it is let loose.
await house.trunkline('flows', 'save', 'webinar-to-ticket', '--input', JSON.stringify(flow));
const past = await pastWebinar();
const event = { event: 'webinar.ended', payload: { object: past } };
const dry = await house.trunkline<{ items: { step: string; state: string; input: object }[] }>(
  'flows',
  'run',
  'webinar-to-ticket',
  '--input',
  JSON.stringify(event),
  '--dry-run',
  '--with-reads',
);
assert.deepEqual(
  dry.items.map(({ step, state }) => `${step}: ${state}`),
  ['people: read', 'types: read', 'ticket: would-send'],
);

await sandboxDoes('events', { url: `${house.url}/webhooks/zoom`, ...event });
const run = await house.runOf('webinar-to-ticket');
console.log(`run ${run.id}: ${JSON.stringify(run.output)}`);
const desk = process.env['DESK_API_URL'] ?? '';
const answer = await fetch(`${desk}/tickets/${String(run.output['ticket'])}`, {
  headers: { 'x-desk-key': key },
});
const ticket = (await answer.json()) as { summary: string; labels: string[]; description: string };
assert.deepEqual([ticket.summary, ticket.labels], [`Follow up: ${past.topic}`, ['webinar', `w${past.id}`]]);

// Whom it names is whom Zoom names.
await using trunkline = new Trunkline({ dataDir: join(tmpdir(), `trunkline-example-${process.pid}`) });
const zoom = await trunkline.connectors.connect('zoom');
const { participants } = await zoom.pastWebinars.participants({ webinarId: past.uuid, page_size: 300 });
assert.ok(participants.length > 0);
for (const { name } of participants)
  assert.ok(ticket.description.includes(name ?? ''), `${name} is not named`);

/** A webinar that was held. */
async function pastWebinar(): Promise<{ id: string; uuid: string; topic: string }> {
  const truth = await fetch(new URL('/__sandbox/truth/meetings', process.env['ZOOM_API_URL']));
  const rows = (await truth.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  const held = rows.find(({ kind, visible }) => kind === 'webinar' && visible);
  const { series: id = '', instance: uuid = '', topic = '' } = held ?? {};
  return { id, uuid, topic };
}
