import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact } from '../../src/activate/attendance.ts';
import type { Instance, InstancePeople } from '../../src/core/people.ts';
import { clock, factsOf, registrant, stay, webinar } from './cast.ts';

const ADA = 'ada@example.com';
const ada = { email: ADA };
const guest = { name: 'Guest' };

interface Case {
  story: string;
  who: Partial<InstancePeople>;
  instance?: Partial<Instance>;
  accounts?: Record<string, string>;
  /** Everybody, each with the members of the fact that matter. */
  facts: Record<string, Partial<Fact>>;
}

const TIME: Case[] = [
  {
    story: 'somebody who stayed from beginning to end has all of it',
    who: { segments: [stay('10:00', '11:00', ada)] },
    facts: { [ADA]: { status: 'attended', joins: 1, seconds: 3600, percent: 100 } },
  },
  {
    story: 'a rejoin adds up, and the pause between does not count',
    who: { segments: [stay('10:00', '10:15', ada), stay('10:45', '11:00', ada)] },
    facts: { [ADA]: { joins: 2, seconds: 1800, percent: 50 } },
  },
  {
    story: 'first join and last leave span all stays',
    who: { segments: [stay('10:40', '10:50', ada), stay('10:05', '10:20', ada)] },
    facts: { [ADA]: { firstJoin: clock('10:05'), lastLeave: clock('10:50'), seconds: 1500 } },
  },
  {
    story: 'two devices at once count once',
    who: { segments: [stay('10:00', '10:30', ada), stay('10:10', '10:40', ada)] },
    facts: { [ADA]: { joins: 2, seconds: 2400, percent: 66.7 } },
  },
  {
    story: 'a stay inside another adds nothing, and one after it still counts',
    who: {
      segments: [stay('10:00', '10:40', ada), stay('10:10', '10:20', ada), stay('10:30', '10:50', ada)],
    },
    facts: { [ADA]: { joins: 3, seconds: 3000 } },
  },
  {
    story: 'a breakout room overlaps the stay in the main room',
    who: {
      segments: [stay('10:00', '11:00', ada), stay('10:20', '10:35', { ...ada, name: 'Ada (Room 1)' })],
    },
    facts: { [ADA]: { joins: 2, seconds: 3600, percent: 100 } },
  },
  {
    story: 'stays that touch leave no gap',
    who: { segments: [stay('10:00', '10:30', ada), stay('10:30', '11:00', ada)] },
    facts: { [ADA]: { seconds: 3600, percent: 100 } },
  },
  {
    story: 'somebody who came and went at once attended for no time',
    who: { segments: [stay('10:10', '10:10', ada)] },
    facts: { [ADA]: { status: 'attended', joins: 1, seconds: 0, percent: 0 } },
  },
  {
    story: 'somebody whose leave is not known was there',
    who: { segments: [stay('10:10', '', ada)] },
    facts: {
      [ADA]: { status: 'attended', seconds: 0, firstJoin: clock('10:10'), lastLeave: clock('10:10') },
    },
  },
  {
    story: 'a leave before the join counts as none',
    who: { segments: [stay('10:10', '10:05', ada)] },
    facts: { [ADA]: { seconds: 0, lastLeave: clock('10:10') } },
  },
  {
    story: 'who came before the start and left after the end was there for all of it, not more',
    who: { segments: [stay('09:50', '11:10', ada), stay('10:00', '10:40', { email: 'bob@example.com' })] },
    facts: { [ADA]: { seconds: 4800, percent: 100 }, 'bob@example.com': { seconds: 2400, percent: 50 } },
  },
  {
    story: 'without an end, the last leave is the end',
    who: { segments: [stay('10:00', '10:20', ada), stay('10:00', '10:40', { email: 'bob@example.com' })] },
    instance: { endedAt: undefined as never },
    facts: { [ADA]: { percent: 50 }, 'bob@example.com': { percent: 100 } },
  },
  {
    story: 'a webinar of no length was attended in full by whoever was there',
    who: { segments: [stay('10:00', '10:00', ada)] },
    instance: { endedAt: clock('10:00') },
    facts: { [ADA]: { seconds: 0, percent: 100 } },
  },
  {
    story: 'the night when the clocks go back has no hour twice',
    who: {
      segments: [
        stay('00:00', '', { ...ada, joinedAt: '2026-10-25T00:30:00Z', leftAt: '2026-10-25T01:30:00Z' }),
      ],
    },
    instance: { startedAt: '2026-10-25T00:30:00Z', endedAt: '2026-10-25T02:30:00Z' },
    facts: { [ADA]: { seconds: 3600, percent: 50 } },
  },
  {
    story: 'percent has one decimal, rounded',
    who: { segments: [stay('10:00', '10:20', ada), stay('10:00', '10:40', { email: 'bob@example.com' })] },
    facts: { [ADA]: { percent: 33.3 }, 'bob@example.com': { percent: 66.7 } },
  },
  {
    story: 'two seconds of an hour are a tenth of a percent',
    who: { segments: [stay('10:00', '10:00:02', ada)] },
    facts: { [ADA]: { seconds: 2, percent: 0.1 } },
  },
];

const IDENTITY: Case[] = [
  {
    story: 'the registration tells who it is when the address is hidden',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '11:00', { registrant: `reg-${ADA}` })] },
    facts: { [ADA]: { status: 'attended', email: ADA, registrantStatus: 'approved' } },
  },
  {
    story: 'who registered with one address and came signed in with another is known by the registration',
    who: {
      registrants: [registrant(ADA)],
      segments: [stay('10:00', '11:00', { registrant: `reg-${ADA}`, email: 'ada@private.example' })],
    },
    facts: { [ADA]: { status: 'attended', email: ADA } },
  },
  {
    story: 'a registration that is not listed is known by another stay that shows the address',
    who: {
      segments: [
        stay('10:00', '10:20', { registrant: 'gone' }),
        stay('10:30', '10:40', { registrant: 'gone', ...ada }),
      ],
    },
    facts: { [ADA]: { joins: 2, seconds: 1800 } },
  },
  {
    story: 'a cancelled registration without an address is somebody who cannot be reached',
    who: {
      segments: [
        stay('10:00', '10:20', { registrant: 'gone' }),
        stay('10:30', '10:40', { registrant: 'gone' }),
      ],
    },
    facts: { 'registrant:gone': { email: undefined as never, joins: 2, answers: {} } },
  },
  {
    story: 'two people with the same name are two people',
    who: { segments: [stay('10:00', '10:10', ada), stay('10:20', '10:40', { email: 'ada@example.org' })] },
    facts: { [ADA]: { seconds: 600 }, 'ada@example.org': { seconds: 1200 } },
  },
  {
    story: 'two guests with the same name are two guests',
    who: {
      segments: [
        stay('10:00', '10:10', { ...guest, userId: '1' }),
        stay('10:20', '10:40', { ...guest, userId: '2' }),
      ],
    },
    facts: { 'guest:1': { seconds: 600, name: 'Guest' }, 'guest:2': { seconds: 1200 } },
  },
  {
    story: 'an account of the own organisation gives the address',
    who: { segments: [stay('10:00', '11:00', { account: 'A1' })] },
    accounts: { A1: ADA },
    facts: { [ADA]: { email: ADA, joins: 1 } },
  },
  {
    story: 'an account is known by another stay that shows the address',
    who: {
      segments: [
        stay('10:00', '10:20', { account: 'X9' }),
        stay('10:30', '10:40', { account: 'X9', ...ada }),
      ],
    },
    facts: { [ADA]: { joins: 2, seconds: 1800 } },
  },
  {
    story: 'an account is known by another stay that shows the registration',
    who: {
      registrants: [registrant(ADA)],
      segments: [
        stay('10:00', '10:20', { account: 'X9' }),
        stay('10:30', '10:40', { account: 'X9', registrant: `reg-${ADA}` }),
      ],
    },
    facts: { [ADA]: { joins: 2, seconds: 1800 } },
  },
  {
    story: 'an account that nothing explains has one fact and no address',
    who: { segments: [stay('10:00', '10:20', { account: 'X9' }), stay('10:30', '10:40', { account: 'X9' })] },
    facts: { 'account:X9': { email: undefined as never, joins: 2 } },
  },
  {
    story: 'the address shown stands before the account',
    who: { segments: [stay('10:00', '11:00', { account: 'A1', ...ada })] },
    accounts: { A1: 'someone@else.example' },
    facts: { [ADA]: { joins: 1 } },
  },
  {
    story: 'a panelist who also registered is one person',
    who: {
      registrants: [registrant(ADA)],
      segments: [stay('09:55', '10:10', ada), stay('10:10', '11:00', { registrant: `reg-${ADA}` })],
    },
    facts: { [ADA]: { joins: 2, percent: 100, registrantStatus: 'approved' } },
  },
  {
    story: 'the host is a person like any other',
    who: { segments: [stay('10:00', '11:00', { account: 'H1', name: 'Hana Host' })] },
    accounts: { H1: 'hana@example.com' },
    instance: { hostEmail: 'hana@example.com' },
    facts: { 'hana@example.com': { name: 'Hana Host', percent: 100 } },
  },
];

const NAMES: Case[] = [
  {
    story: 'the name of the registration stands before the one shown',
    who: {
      registrants: [registrant(ADA, { firstName: 'Augusta Ada', lastName: 'King' })],
      segments: [stay('10:00', '11:00', { ...ada, name: 'iPhone of Ada' })],
    },
    facts: { [ADA]: { name: 'Augusta Ada King', firstName: 'Augusta Ada', lastName: 'King' } },
  },
  {
    story: 'a registration without a name leaves the one shown',
    who: {
      registrants: [registrant(ADA, { firstName: '', lastName: '' })],
      segments: [stay('10:00', '11:00', { ...ada, name: 'Ada King Lovelace' })],
    },
    facts: { [ADA]: { name: 'Ada King Lovelace', firstName: 'Ada', lastName: 'King Lovelace' } },
  },
  {
    story: 'a name of one word is a first name',
    who: { segments: [stay('10:00', '11:00', { ...ada, name: 'Ada' })] },
    facts: { [ADA]: { name: 'Ada', firstName: 'Ada', lastName: '' } },
  },
  {
    story: 'a registration with a first name only has no trailing blank',
    who: { registrants: [registrant(ADA, { lastName: '' })] },
    facts: { [ADA]: { name: 'Ada', firstName: 'Ada', lastName: '' } },
  },
  {
    story: 'a stay without a name takes that of another stay',
    who: { segments: [stay('10:00', '10:10', { ...ada, name: '' }), stay('10:20', '10:30', ada)] },
    facts: { [ADA]: { name: 'Ada Lovelace' } },
  },
  {
    story: 'somebody without any name has an empty one',
    who: { segments: [stay('10:00', '10:10', { ...ada, name: '' })] },
    facts: { [ADA]: { name: '', firstName: '', lastName: '' } },
  },
];

const late = { registeredAt: clock('11:00') };
const withReason = { what: 'participants', code: '403', message: 'an HTML page', hint: '' };

const ABSENCE: Case[] = [
  {
    story: 'a registrant who did not come is absent',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '11:00', { email: 'bob@example.com' })] },
    facts: {
      [ADA]: { status: 'absent', joins: 0, seconds: 0, percent: 0 },
      'bob@example.com': { status: 'attended' },
    },
  },
  {
    story: 'who only waited in the waiting room is absent if registered',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '10:30', { ...ada, waiting: true })] },
    facts: { [ADA]: { status: 'absent', seconds: 0 } },
  },
  {
    story: 'who only waited in the waiting room is nobody if not registered',
    who: { segments: [stay('10:00', '10:30', { ...ada, waiting: true })] },
    facts: {},
  },
  {
    story: 'waiting does not count for whoever was let in',
    who: { segments: [stay('10:00', '10:10', { ...ada, waiting: true }), stay('10:10', '10:40', ada)] },
    facts: { [ADA]: { joins: 1, seconds: 1800, firstJoin: clock('10:10') } },
  },
  {
    story: 'waiting before the start does not make the webinar longer',
    who: { segments: [stay('09:00', '10:00', { ...ada, waiting: true }), stay('10:00', '10:30', ada)] },
    facts: { [ADA]: { percent: 50 } },
  },
  {
    story: 'somebody who waits for approval and attended attended',
    who: { registrants: [registrant(ADA, { status: 'pending' })], segments: [stay('10:00', '10:30', ada)] },
    facts: { [ADA]: { status: 'attended', registrantStatus: 'pending' } },
  },
  {
    story: 'somebody who was denied and attended attended',
    who: {
      registrants: [registrant(ADA, { status: 'denied' })],
      segments: [stay('10:00', '10:30', { registrant: `reg-${ADA}` })],
    },
    facts: { [ADA]: { status: 'attended', registrantStatus: 'denied' } },
  },
  {
    story: 'somebody who waits for approval and did not come is pending, not absent',
    who: { registrants: [registrant(ADA, { status: 'pending' })] },
    facts: { [ADA]: { status: 'pending' } },
  },
  {
    story: 'somebody who was denied and did not come is denied, not absent',
    who: { registrants: [registrant(ADA, { status: 'denied' })], absentees: [ADA] },
    facts: { [ADA]: { status: 'denied' } },
  },
  {
    story: 'who registered after the end was not absent',
    who: { registrants: [registrant(ADA, late)], absentees: [ADA] },
    facts: { [ADA]: { status: 'registered' } },
  },
  {
    story: 'who registered during the webinar and did not come is absent',
    who: { registrants: [registrant(ADA, { registeredAt: clock('10:59:59') })] },
    facts: { [ADA]: { status: 'absent' } },
  },
  {
    story: 'an absentee whose stay shows attended',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '10:30', ada)], absentees: [ADA] },
    facts: { [ADA]: { status: 'attended', seconds: 1800 } },
  },
  {
    story: 'who neither shows a stay nor is listed as absent is unclear',
    who: { registrants: [registrant(ADA), registrant('bob@example.com')], absentees: ['bob@example.com'] },
    facts: { [ADA]: { status: 'unclear' }, 'bob@example.com': { status: 'absent' } },
  },
  {
    story: 'without a list of absentees, who does not show is absent',
    who: { registrants: [registrant(ADA)] },
    facts: { [ADA]: { status: 'absent' } },
  },
  {
    story: 'when the stays could not be read, nobody is called absent',
    who: { registrants: [registrant(ADA)], skips: [withReason] },
    facts: { [ADA]: { status: 'unclear' } },
  },
  {
    story: 'when the stays could not be read, the list of absentees still counts',
    who: {
      registrants: [registrant(ADA), registrant('bob@example.com')],
      absentees: ['bob@example.com'],
      skips: [withReason],
    },
    facts: { [ADA]: { status: 'unclear' }, 'bob@example.com': { status: 'absent' } },
  },
  {
    story: 'somebody listed as absent who is not registered any more is nobody',
    who: { absentees: [ADA] },
    facts: {},
  },
  {
    story: 'of two registrations of one address the approved one counts',
    who: { registrants: [registrant(ADA, { id: '2', status: 'denied' }), registrant(ADA, { id: '1' })] },
    facts: { [ADA]: { status: 'absent', registrantStatus: 'approved' } },
  },
  {
    story:
      'of two approved registrations the earlier one counts: who registered again after the end was absent',
    who: { registrants: [registrant(ADA, { id: '1', ...late }), registrant(ADA, { id: '2' })] },
    facts: { [ADA]: { status: 'absent', registeredAt: '2026-10-01T08:00:00Z' } },
  },
  {
    story: 'a stay by the denied registration belongs to the person with the approved one',
    who: {
      registrants: [registrant(ADA, { id: '2', status: 'denied' }), registrant(ADA, { id: '1' })],
      segments: [stay('10:00', '10:30', { registrant: '2' })],
    },
    facts: { [ADA]: { status: 'attended', registrantStatus: 'approved' } },
  },
  {
    story: 'answers and source of a registration come along, of whoever came and of whoever did not',
    who: {
      registrants: [
        registrant(ADA, { answers: { Size: '10' }, source: 'newsletter' }),
        registrant('bob@example.com', { answers: { Size: '20' } }),
      ],
      segments: [stay('10:00', '10:30', ada)],
    },
    facts: {
      [ADA]: { answers: { Size: '10' }, registeredFrom: 'newsletter' },
      'bob@example.com': { answers: { Size: '20' }, registeredFrom: undefined as never },
    },
  },
  {
    story: 'an instance without anybody has no facts',
    who: {},
    facts: {},
  },
];

for (const [title, cases] of Object.entries({ TIME, IDENTITY, NAMES, ABSENCE })) {
  describe(`attendance: ${title.toLowerCase()}`, () => {
    for (const { story, who, instance, accounts, facts } of cases) {
      test(story, () => {
        const found = factsOf(who, whole(instance), accounts);
        assert.deepEqual(Object.keys(found).toSorted(), Object.keys(facts).toSorted());
        for (const [person, wanted] of Object.entries(facts)) {
          const fact = found[person] as Fact;
          const part = Object.fromEntries(Object.keys(wanted).map((key) => [key, fact[key as keyof Fact]]));
          assert.deepEqual(part, wanted, person);
        }
      });
    }
  });
}

/** An undefined end means that there is none. */
function whole(over: Partial<Instance> = {}): Instance {
  const { endedAt, ...rest } = webinar(over);
  return endedAt === undefined ? rest : { ...rest, endedAt };
}
