import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isZoomEvent,
  parseEvent,
  sampleEvent,
  zoomEventNames,
} from '../../src/connectors/zoom/events/index.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');

test('every event that Zoom documents has a sample with all its members, as documented and without a change by reading it', () => {
  assert.ok(zoomEventNames.length >= 270, `${zoomEventNames.length} events`);
  for (const name of zoomEventNames) {
    const body = sampleEvent(name, NOW);
    const event = parseEvent(body);
    assert.ok(isZoomEvent(event), `${name}: ${JSON.stringify(event)}`);
    assert.deepEqual(JSON.parse(JSON.stringify(event)), body, name);
    assert.ok(Object.keys(body?.['payload'] as object).length > 0, name);
  }
});

test('a sample has ids, addresses and times where the names say so', () => {
  const { payload } = sampleEvent('phone.caller_ended', NOW) as {
    payload: { object: Record<string, unknown> };
  };
  const { object } = payload;
  assert.match(String(object['call_id']), /^\w+$/);
  assert.equal(object['call_end_time'], '2026-11-21T09:00:00Z');
  const posted = sampleEvent('team_chat.channel_message_posted', NOW) as { payload: Record<string, unknown> };
  assert.equal(posted.payload['operator'], 'ada@example.com');
  assert.equal(sampleEvent('no.such_event', NOW), undefined);
});
