import { describeText, ProtocolError } from '@rawhttp/headers'
import type { Fault } from '@rawhttp/headers'

/** What the client refuses that is no matter of grammar; what it refuses by the grammar has the codes of the parser. */
export type ClientFaultCode = 'ERR_PROTOCOL_SWITCH'

/** The codes of `UsageError` that this package throws; those of a request's head and body are those of @rawhttp/request-writer. */
export type ClientUsageCode = 'ERR_OPTION' | 'ERR_BODY_READ' | 'ERR_TAKE_OVER'

/** Every fault that the client finds: status, section, subject and hint by code. */
export const CLIENT_FAULTS: {
  readonly [Code in ClientFaultCode]: Fault & { readonly code: Code }
} = {
  ERR_PROTOCOL_SWITCH: {
    code: 'ERR_PROTOCOL_SWITCH',
    status: 502,
    section: 'RFC 9110 §7.8',
    subject: 'Status code',
    hint: 'Answer 101 only to a whole request, and name in Upgrade and Connection what it asks for.',
  },
}

/** The peer switches to another protocol, and was not asked to. @param chosen the Upgrade field of the response */
export function unaskedSwitch(chosen: string | undefined): ProtocolError {
  const fault = CLIENT_FAULTS.ERR_PROTOCOL_SWITCH
  const received = chosen === undefined ? '101 without Upgrade' : `101 to ${describeText(chosen)}`
  return new ProtocolError(fault, 'no change of protocol that was not asked for', received, 0)
}
