/** Pages as Zoom answers them, as texts: what the engine and the raw loop both read. */

/** Rows of a page, as large as Zoom's largest. */
export const PAGE_ROWS = 300;
/** Different pages: enough that no text is the same as the one before. */
const PAGES = 40;

/** A list of instances, each with one page of participants. */
export function historyPage(from: number, count: number, next: string): string {
  const meetings = Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const end = Date.UTC(2026, 9, 1) + (n % 40_000) * 60_000;
    return {
      meeting_uuid: uuidOf(n),
      meeting_id: 85_000_000_000 + n,
      type: 'Meeting',
      host_display_name: `Host ${n % 1000}`,
      host_email: `host${n % 1000}@example.com`,
      start_time: isoSeconds(end - 3600_000),
      end_time: isoSeconds(end),
      topic: `Weekly review ${n}`,
      participants: PAGE_ROWS,
      duration: 60,
    };
  });
  return JSON.stringify({ page_size: 300, next_page_token: next, history_meetings: meetings });
}

export function uuidOf(n: number): string {
  return Buffer.from(String(n).padStart(16, '0')).toString('base64');
}

/** Pages of participants of about 350 bytes a row. */
export function participantPages(): string[] {
  return Array.from({ length: PAGES }, (_, page) => {
    const participants = Array.from({ length: PAGE_ROWS }, (__, i) => {
      const join = Date.UTC(2026, 9, 1) + (page * PAGE_ROWS + i) * 1000;
      return {
        id: i % 3 === 0 ? '' : `u${page}-${i}-abcdefghijkl`,
        user_id: String(16_778_240 + i * 1024),
        participant_user_id: i % 3 === 0 ? '' : `u${page}-${i}-abcdefghijkl`,
        name: `Participant Number ${i} of ${page}`,
        user_email: i % 3 === 0 ? '' : `participant.${page}.${i}@example.com`,
        join_time: isoSeconds(join),
        leave_time: isoSeconds(join + 3_300_000),
        duration: 3300,
        registrant_id: i % 5 === 0 ? `reg-${page}-${i}-0123456789` : '',
        failover: false,
        status: 'in_meeting',
        customer_key: '',
        bo_mtg_id: '',
      };
    });
    return JSON.stringify({ page_size: 300, next_page_token: '', total_records: PAGE_ROWS, participants });
  });
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
