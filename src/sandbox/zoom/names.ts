import { cycle } from './cycle.ts';

/** Names in the scripts that people really have, each with the plain form that goes into an address. */
type Name = readonly [shown: string, plain: string];

const FIRST: readonly Name[] = [
  ['Ada', 'ada'],
  ['Björn', 'bjorn'],
  ['Chloé', 'chloe'],
  ['Дмитрий', 'dmitri'],
  ['Елена', 'elena'],
  ['美咲', 'misaki'],
  ['伟', 'wei'],
  ['محمد', 'mohammed'],
  ['فاطمة', 'fatima'],
  ['अनिका', 'anika'],
  ['राहुल', 'rahul'],
  ['Siobhán', 'siobhan'],
  ['José María', 'jose.maria'],
  ['Nguyễn', 'nguyen'],
  ['Zoë 🦊', 'zoe'],
  ['Grace', 'grace'],
  ['Kwame', 'kwame'],
  ['İpek', 'ipek'],
  ['Łukasz', 'lukasz'],
  ['Maria', 'maria'],
];

const LAST: readonly Name[] = [
  ["O'Neill", 'oneill'],
  ['Stone', 'stone'],
  ['Ivanova', 'ivanova'],
  ['Кузнецов', 'kuznetsov'],
  ['田中', 'tanaka'],
  ['王', 'wang'],
  ['الحسن', 'alhasan'],
  ['शर्मा', 'sharma'],
  ['Müller-Lüdenscheidt', 'mueller'],
  ['d’Angelo', 'dangelo'],
  ['Åkesson', 'akesson'],
  ['Đặng', 'dang'],
  ['Smith', 'smith'],
  ['van der Berg', 'vdberg'],
  ['Santos 🎉', 'santos'],
  ['Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen', 'wolfe'],
  ['Çelik', 'celik'],
  ['Kim', 'kim'],
  ['Okafor', 'okafor'],
  ['Lee', 'lee'],
];

/** What anonymous guests call themselves; devices and phone numbers among them. */
export const GUEST_NAMES: readonly string[] = [
  'iPhone',
  'Guest',
  'Galaxy S24',
  '+44 20 7946 0***',
  'Maria',
  'Conference Room 3',
  'Аноним',
  '匿名',
];

/** What meetings are about. */
export const TOPICS: readonly string[] = [
  'Weekly product review',
  'Pipeline & forecast',
  'Customer onboarding',
  'Quarterly planning – Q3/Q4',
  '設計レビュー',
  'Обзор продаж',
  'Design "critique"',
  "Partners' call",
  'Board preparation 🚀',
  'Office hours',
];

/** What webinars are about. */
export const WEBINAR_TOPICS: readonly string[] = [
  'Getting started with the platform',
  'What attendance tells you',
  'Product launch: live demo',
  'Sécurité et conformité',
];

/** A name and its plain form. */
export interface FullName {
  first: string;
  last: string;
  /** ASCII, for the part of an address before the `@`. */
  plain: string;
}

/** The name for two draws of a random stream, each from 0 to 1. */
export function fullName(a: number, b: number): FullName {
  const [first, plainFirst] = cycle(FIRST, Math.floor(a * FIRST.length));
  const [last, plainLast] = cycle(LAST, Math.floor(b * LAST.length));
  return { first, last, plain: `${plainFirst}.${plainLast}` };
}
