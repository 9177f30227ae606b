/** What belongs to a recording beside its files: who registered to watch it, its settings, who watched. */
import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, choice, isAnswer, list, param, target } from './call.ts';
import { invalidField, noMeeting } from './errors.ts';
import { opaqueId } from './ids.ts';
import { type External, makeExternal } from './people.ts';
import { findRecorded, noRecording } from './recordings-api.ts';
import type { Instance, Series } from './schedule.ts';
import { DAY, MINUTE, addMonths, iso, isoDay, parseDay, startOfDay } from './time.ts';
import type { World } from './world.ts';

const STATUSES = ['approved', 'pending', 'denied'] as const;

/** Every third series with recordings wants a registration of those who watch. */
function onDemand({ ground }: World, { kind, owner, index }: Series): boolean {
  return random(ground.seed, 'on demand', kind, owner, index).chance(0.35);
}

/** By number only, one status at a time; nobody where recordings are open. */
export function listRecordingRegistrants(call: Call): SandboxAnswer {
  const { text, id } = target(param(call, 'meetingId'));
  if (id === undefined) return noMeeting(text);
  const instance = findRecorded(call);
  if (isAnswer(instance)) return instance;
  const status = choice(call, 'status', STATUSES, 'approved');
  if (typeof status !== 'string') return status;
  const rows = viewersOf(call.world, instance.series).filter((one) => one.status === status);
  return list(call, { key: 'registrants' }, rows, ({ person, status: shown }) => ({
    id: opaqueId('recording registrant', instance.series.id, person.n),
    email: person.email,
    first_name: person.first,
    last_name: person.last,
    address: '',
    city: '',
    comments: '',
    country: '',
    custom_questions: [],
    industry: '',
    job_title: '',
    no_of_employees: '',
    org: '',
    phone: '',
    purchasing_time_frame: '',
    role_in_purchase_process: '',
    state: '',
    zip: '',
    status: shown,
  }));
}

interface Viewer {
  person: External;
  status: (typeof STATUSES)[number];
}

function viewersOf(world: World, series: Series): Viewer[] {
  if (!onDemand(world, series)) return [];
  const { seed, distinct } = world.ground;
  const stream = random(seed, 'viewers', series.kind, series.owner, series.index);
  const first = stream.int(0, 40);
  return Array.from({ length: stream.int(2, 9) }, (_, i) => ({
    person: makeExternal(seed, first + i * 2, distinct),
    status: i === 0 ? 'approved' : stream.pick(STATUSES),
  }));
}

/** How one recording is shared. */
export function getRecordingSettings(call: Call): SandboxAnswer {
  const instance = findRecorded(call);
  if (isAnswer(instance)) return instance;
  const registered = onDemand(call.world, instance.series);
  const json = {
    topic: instance.series.topic,
    share_recording: 'publicly',
    recording_authentication: false,
    viewer_download: true,
    password: '',
    on_demand: registered,
    approval_type: registered ? 0 : 2,
    send_email_to_host: false,
    show_social_share_buttons: false,
    auto_delete: false,
  };
  return { status: 200, json };
}

/** A row for each view or download; without dates those of today. */
export function listRecordingViews(call: Call): SandboxAnswer {
  const instance = findRecorded(call);
  if (isAnswer(instance)) return instance.status === 404 ? noRecording() : instance;
  const type = choice(call, 'type', ['by_view', 'by_download'], 'by_view');
  if (typeof type !== 'string') return type;
  const today = isoDay(call.now);
  const from = parseDay(call.query.get('from') ?? today);
  const to = parseDay(call.query.get('to') ?? today);
  if (from === undefined) return invalidField('from');
  if (to === undefined || to < from) return invalidField('to');
  const first = startOfDay(from);
  const last = Math.min(startOfDay(to), addMonths(first, 1));
  const rows = views(call.world, instance, type).filter(
    ({ at }) => at >= first && at < last + DAY && at <= call.now,
  );
  const head = { from: isoDay(first), to: isoDay(last) };
  return list(
    call,
    { key: 'analytics_details', head, counts: 'total only' },
    rows,
    ({ person, at, seconds }) => ({
      date_time: iso(at),
      name: person.name,
      email: person.email,
      duration: seconds,
    }),
  );
}

function views(
  { ground }: World,
  instance: Instance,
  type: string,
): { person: External; at: number; seconds: number }[] {
  const stream = random(ground.seed, type, instance.uuid);
  const length = (instance.end - instance.start) / 1000;
  let at = instance.end + 30 * MINUTE;
  return Array.from({ length: stream.int(0, 12) }, () => {
    at += stream.int(5, 2000) * MINUTE;
    const person = makeExternal(ground.seed, stream.int(0, 60), ground.distinct);
    return { person, at, seconds: type === 'by_view' ? stream.int(20, Math.floor(length)) : 0 };
  });
}
