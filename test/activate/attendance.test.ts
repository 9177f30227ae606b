import { clock, golden, registrant, stay, type Case } from './cast.ts';

const ADA = 'ada@example.com';
const ada = { email: ADA };
const guest = { name: 'Guest' };

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

golden('attendance: time', TIME);
golden('attendance: identity', IDENTITY);
golden('attendance: names', NAMES);
