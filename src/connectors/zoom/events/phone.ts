import { about, flags, ids, lists, many, maybe, numbers, open, part, texts } from './shape.ts';

const party = texts(
  'extension_id extension_type user_id name phone_number account_code extension_number timezone device_type device_name device_id connection_type',
);
const forwarder = maybe(texts('name extension_number extension_type phone_number'));

/** A call while it lasts. */
const call = {
  ...ids('call_id'),
  caller: part(party),
  callee: part(party),
  ...texts('date_time ringing_start_time answer_start_time connected_start_time call_end_time'),
};
const forwarded = { ...call, forwarded_by: forwarder, redirect_forwarded_by: forwarder };
const ended = { ...forwarded, ...texts('handup_result') };

const numbersOf = texts(
  'caller_account_code caller_number caller_name caller_did_number callee_account_code callee_number callee_name callee_did_number',
);
const numberTypes = numbers('caller_number_type callee_number_type');

const forwarding = maybe({
  ...texts('extension_number extension_type location name phone_number'),
  ...numbers('number_type'),
});

const callLog = {
  ...ids('id'),
  ...numbersOf,
  ...numberTypes,
  ...texts('caller_user_id caller_number_source caller_location caller_country_code caller_country_iso_code'),
  ...texts('callee_user_id callee_number_source callee_location callee_country_code callee_country_iso_code'),
  ...texts(
    'result date_time path recording_id recording_type call_id client_code call_type call_end_time direction',
  ),
  ...texts('answer_start_time department cost_center'),
  ...numbers('duration waiting_time hold_time'),
  ...flags('has_recording has_voicemail'),
  site: maybe(texts('id')),
  forwarded_to: forwarding,
  forwarded_by: forwarding,
};

/** A leg of a finished call, with who was on either end. */
const leg = {
  ...texts('call_id group_id connect_type call_type direction start_time answer_time end_time event result'),
  ...texts('result_reason operator_ext_number operator_ext_id operator_ext_type operator_name'),
  ...texts('recording_id recording_type voicemail_id'),
  ...texts('caller_ext_id caller_name caller_email caller_employee_id caller_did_number caller_account_code'),
  ...texts(
    'caller_ext_number caller_ext_type caller_number_type caller_device_private_ip caller_device_public_ip',
  ),
  ...texts('caller_device_type caller_country_iso_code caller_country_code caller_site_id caller_department'),
  ...texts(
    'caller_cost_center callee_ext_id callee_name callee_did_number callee_account_code callee_ext_number',
  ),
  ...texts('callee_email callee_employee_id callee_ext_type callee_number_type callee_device_private_ip'),
  ...texts(
    'callee_device_public_ip callee_device_type callee_country_iso_code callee_country_code callee_site_id',
  ),
  ...texts('callee_department callee_cost_center'),
  ...numbers('talk_time hold_time wait_time'),
  ...flags('hide_caller_id end_to_end'),
};

const elements = {
  ...texts('user_id'),
  call_elements: many({ ...ids('call_element_id'), ...texts('call_history_uuid'), ...leg }),
};
const history = { ...texts('user_id'), call_logs: many({ ...ids('id'), ...texts('call_path_id'), ...leg }) };
const logs = { ...texts('user_id'), call_logs: many(callLog) };
const forgotten = { ...texts('user_id'), call_logs: many(texts('id call_id')) };
const removed = {
  ...texts('user_id execute_time'),
  ...flags('move_to_trash delete_all'),
  ...lists('call_log_ids call_element_ids'),
};

const owner = maybe({ ...texts('type id name extension_number'), ...flags('has_access_permission') });

const recorded = {
  ...ids('id'),
  ...numbersOf,
  ...numberTypes,
  ...texts(
    'download_url transcript_download_url date_time end_time user_id call_id call_log_id call_history_id',
  ),
  ...texts('call_element_id recording_type direction'),
  ...numbers('duration'),
  site: maybe(texts('id')),
  owner,
  outgoing_by: maybe(texts('name extension_number')),
  accepted_by: maybe(texts('name extension_number')),
};
const recording = { recordings: many(recorded) };
const recordingNow = { ...recorded, ...texts('channel_id sip_id') };

const voicemail = {
  ...ids('id'),
  ...numbersOf,
  ...numberTypes,
  ...texts('date_time download_url caller_user_id callee_user_id callee_extension_type callee_id'),
  ...texts(
    'call_log_id call_history_id call_element_id call_id access_member_id access_member_extension_type',
  ),
  ...numbers('duration'),
};
const voicemails = { voice_mails: many(ids('id')) };

const fax = {
  ...ids('fax_log_id'),
  ...texts('fax_id site_id site_name extension_id extension_type direction'),
  ...texts('sender_extension_id sender_extension_type sender_extension_number sender_name sender_number'),
  ...texts(
    'sender_type sender_location receiver_extension_id receiver_extension_type receiver_extension_number',
  ),
  ...texts('receiver_name receiver_number receiver_type receiver_location file_id status create_time'),
  ...numbers('file_pages_count'),
};
const faxes = { fax_logs: many(ids('fax_log_id')) };

const texter = texts('id type display_name phone_number');
const optStatus = {
  phone_number_campaign_opt_statuses: many({
    ...texts('consumer_phone_number zoom_phone_user_number opt_status opt_in_message'),
    ...numbers('opt_in_status'),
  }),
};
const message = {
  ...ids('message_id'),
  ...texts('session_id message date_time failure_reason'),
  ...numbers('message_type'),
  sender: part(texter),
  to_members: many({ ...texter, ...flags('is_message_owner') }),
  owner: maybe(texts('type id team_id sms_sender_user_id')),
  attachments: many({ ...texts('id name type download_url'), ...numbers('size') }),
  ...optStatus,
};
const opting = { ...texts('date_time'), ...optStatus };
const etiquette = texts('email message policy_name date_time');

const transfer = {
  ...ids('call_id'),
  ...texts('transfer_phone_number transfer_account_code transfer_call_id failure_reason date_time'),
  owner,
};

const address = maybe(texts('country address_line1 address_line2 city zip state_code'));

/** Events of Zoom Phone. */
export const phone = {
  'phone.caller_ringing': () => about(call),
  'phone.caller_connected': () => about(call),
  'phone.caller_ended': () => about(ended),
  'phone.caller_hold': () => about(call),
  'phone.caller_unhold': () => about(call),
  'phone.caller_mute': () => about(call),
  'phone.caller_unmute': () => about(call),
  'phone.caller_meeting_inviting': () => about({ ...call, ...texts('meeting_id') }),
  'phone.caller_call_log_completed': () => about(logs),
  'phone.caller_call_history_completed': () => about(history),
  'phone.caller_call_element_completed': () => about(elements),
  'phone.callee_ringing': () => about(forwarded),
  'phone.callee_answered': () => about(forwarded),
  'phone.callee_ended': () => about(ended),
  'phone.callee_missed': () => about(ended),
  'phone.callee_rejected': () => about(ended),
  'phone.callee_hold': () => about(call),
  'phone.callee_unhold': () => about(call),
  'phone.callee_mute': () => about(call),
  'phone.callee_unmute': () => about(call),
  'phone.callee_parked': () => about({ ...call, ...texts('park_code park_failure_reason') }),
  'phone.callee_meeting_inviting': () => about({ ...call, ...texts('meeting_id') }),
  'phone.callee_call_log_completed': () => about(logs),
  'phone.callee_call_history_completed': () => about(history),
  'phone.callee_call_element_completed': () => about(elements),
  'phone.call_log_deleted': () => about(forgotten),
  'phone.call_log_permanently_deleted': () => about(forgotten),
  'phone.call_history_deleted': () => about(removed),
  'phone.call_element_deleted': () => about(removed),
  'phone.ai_call_summary_changed': () =>
    about({
      ...ids('ai_call_summary_id'),
      ...texts('user_id call_id created_time modified_time'),
      ...lists('call_log_ids'),
      ...flags('edited deleted'),
    }),

  'phone.recording_started': () => about(recordingNow),
  'phone.recording_paused': () => about(recordingNow),
  'phone.recording_resumed': () => about(recordingNow),
  'phone.recording_stopped': () => about(recordingNow),
  'phone.recording_failed': () => about(recordingNow),
  'phone.recording_completed': () => about(recording),
  'phone.recording_completed_for_access_member': () => about(recording),
  'phone.recording_transcript_completed': () => about(recording),
  'phone.recording_deleted': () => about(recording),
  'phone.recording_permanently_deleted': () => about(recording),

  'phone.voicemail_received': () => about(voicemail),
  'phone.voicemail_received_for_access_member': () => about(voicemail),
  'phone.voicemail_transcript_completed': () =>
    about({ ...voicemail, transcription: maybe({ ...texts('content'), ...numbers('status') }) }),
  'phone.voicemail_deleted': () => about(voicemails),
  'phone.voicemail_permanently_deleted': () => about(voicemails),

  'phone.sms_received': () => about(message),
  'phone.sms_sent': () => about(message),
  'phone.sms_sent_failed': () => about(message),
  'phone.sms_campaign_number_opt_in': () => about(opting),
  'phone.sms_campaign_number_opt_out': () => about(opting),
  'phone.sms_etiquette_block': () => about(etiquette),
  'phone.sms_etiquette_warn': () => about(etiquette),

  'phone.fax_received': () => about(fax),
  'phone.fax_sent': () => about(fax),
  'phone.fax_log_deleted': () => about(faxes),
  'phone.fax_log_permanently_deleted': () => about(faxes),

  'phone.blind_transfer_initiated': () => about(transfer),
  'phone.warm_transfer_initiated': () => about(transfer),
  'phone.warm_transfer_completed': () => about(transfer),
  'phone.warm_transfer_cancelled': () => about(transfer),
  'phone.transfer_call_to_voicemail_initiated': () => about(transfer),
  'phone.transfer_recipient_updated': () =>
    about({ ...transfer, recipient: maybe(texts('extension_number phone_number name')) }),
  'phone.conference_started': () =>
    about({ ...transfer, ...texts('conference_id'), ...flags('enable_multiple_party_conference') }),

  'phone.account_settings_updated': () => about({ ...ids('id'), settings: open }),
  'phone.group_settings_updated': () => about({ ...ids('group_id'), settings: open }),
  'phone.device_registration': () => about({ ...ids('device_id'), ...texts('device_name mac_address') }),
  'phone.generic_device_provision': () =>
    about({
      ...ids('id'),
      ...texts('display_name device_type mac_address'),
      site: maybe(texts('id name')),
      provision: open,
    }),
  'phone.emergency_alert': () =>
    about({
      ...ids('call_id'),
      ...texts('router deliver_to ringing_start_time'),
      caller: part({
        ...texts(
          'id user_id phone_number extension_number timezone display_name extension_type site_id site_name',
        ),
      }),
      callee: maybe(texts('phone_number')),
      location: open,
      emergency_address: address,
    }),
  'phone.peering_number_cnam_updated': () =>
    about({ ...texts('cnam'), ...numbers('carrier_code'), ...lists('phone_numbers') }),
  'phone.peering_number_emergency_address_updated': () =>
    about({ emergency_address: address, ...numbers('carrier_code'), ...lists('phone_numbers') }),
};
