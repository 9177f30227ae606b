import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold } from '../../src/activate/attendance.ts';
import type { Instance, InstancePeople } from '../../src/core/people.ts';

const ended = Date.parse('2026-11-20T11:00:00Z');
const instance: Instance = {
  id: 'u',
  series: '1',
  kind: 'webinar',
  topic: 'Launch',
  startedAt: '2026-11-20T10:00:00Z',
  endedAt: '2026-11-20T11:00:00Z',
};
const registrant = (email: string) =>
  ({ id: email, email, firstName: '', lastName: '', status: 'approved', answers: {} }) as const;

const statusOf = (people: Partial<InstancePeople>, minutesAfter: number) => {
  const all = {
    segments: [],
    registrants: [registrant('ada@example.com')],
    refused: [],
    skips: [],
    ...people,
  };
  return fold(instance, all, new Map(), ended + minutesAfter * 60_000)[0]?.status;
};

test('who is missing right after the end is not called absent yet', () => {
  assert.equal(statusOf({}, 5), 'unclear');
  assert.equal(statusOf({}, 61), 'absent');
});

test('whom the other system itself lists as absent is absent at once', () => {
  assert.equal(statusOf({ absentees: ['ada@example.com'] }, 5), 'absent');
});

test('while a stay may be missing nobody is called absent, however late it is', () => {
  assert.equal(statusOf({ incomplete: true }, 600), 'unclear');
});
