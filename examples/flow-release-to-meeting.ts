/**
 * A flow: when a release is published on GitHub, a Zoom meeting about it is scheduled, and its link is posted under the
 * release. GitHub's webhooks are known; the place that the link goes to is a connector from a JSON document.
 *
 * In your own project the import is: import { Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Trunkline } from '../src/index.ts';
import { open, sandboxDoes } from './flows/house.ts';

// The system that holds the releases: it takes comments.
const comments: { path: string; key: string | undefined; body: string }[] = [];
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { body } = JSON.parse(await text(request)) as { body: string };
  comments.push({ path: request.url ?? '', key: request.headers.authorization, body });
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: comments.length }));
}
const releases = createServer((request, response) => void take(request, response));
releases.listen(0, '127.0.0.1');
await once(releases, 'listening');
const address = `http://127.0.0.1:${(releases.address() as AddressInfo).port}`;

/** Its API, as far as it is needed. */
const connector = {
  id: 'releases',
  title: 'Releases',
  servers: { api: address },
  auth: { kind: 'bearer', credential: 'token' },
  actions: {
    comments: {
      create: {
        title: 'Comment on a release',
        method: 'POST',
        path: '/repos/{repository}/releases/{tag}/comments',
        parameters: [
          { name: 'repository', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'tag', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'body', in: 'body', required: true, schema: { type: 'string' } },
        ],
      },
    },
  },
};

await using house = await open({
  'releases.json': JSON.stringify(connector),
  'trunkline.yaml': `
connections:
  releases:
    connector: ./releases.json
    credentials: { token: a-token-of-the-example }
    servers: { api: "${address}" }
flows:
  release-to-meeting:
    trigger:
      connection: hook:github
      event: release
      filter: trigger.body.action == "published" && !trigger.body.release.prerelease
    steps:
      - id: meeting
        action: zoom.meetings.create
        input:
          userId: me
          topic: "What is new in \${trigger.body.release.name}"
          type: 2
          # Two days later, at ten in Berlin, whatever the clocks do meanwhile.
          start_time: "\${format(plus(now, 2, 'days'), 'yyyy-MM-dd', 'Europe/Berlin')}T10:00:00"
          timezone: Europe/Berlin
          duration: 30
      - id: comment
        action: releases.comments.create
        input:
          repository: "\${trigger.body.repository.full_name}"
          tag: "\${trigger.body.release.tag_name}"
          body: "Questions? Meet us: \${steps.meeting.output.join_url}"
    output: { meeting: "\${steps.meeting.output.id}", link: "\${steps.meeting.output.join_url}" }
`,
});

const hook = await house.trunkline<{ url: string; secret: string }>(
  'hooks',
  'add',
  'github',
  '--preset',
  'github',
);
const release = { url: hook.url, secret: hook.secret, repository: 'octo-org/rockets' };
await sandboxDoes('github', { ...release, tag: 'v1.4.0', name: 'Rockets 1.4' });
// Not published: no meeting.
await sandboxDoes('github', { ...release, tag: 'v1.5.0', action: 'created' });

const run = await house.runOf('release-to-meeting');
console.log(`run ${run.id}: ${JSON.stringify(run.output)}`);
await using trunkline = new Trunkline({ dataDir: join(tmpdir(), `trunkline-example-${process.pid}`) });
const zoom = await trunkline.connectors.connect('zoom');
const meeting = await zoom.meetings.get({ meetingId: String(run.output['meeting']) });
assert.equal(meeting.topic, 'What is new in Rockets 1.4');
assert.deepEqual(comments, [
  {
    path: '/repos/octo-org%2Frockets/releases/v1.4.0/comments',
    key: 'Bearer a-token-of-the-example',
    body: `Questions? Meet us: ${meeting.join_url}`,
  },
]);
releases.close();
