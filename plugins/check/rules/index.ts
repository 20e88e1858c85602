import { AUDIENCE_FORM } from './audience-form';
import { AUDIENCE_PATH } from './audience-path';
import { AUDIENCE_SHARED } from './audience-shared';
import { BODY_BUFFER_STOCK } from './body-buffer-stock';
import { BODY_LIMIT_LATER } from './body-limit-later';
import { BODY_LIMIT_NGINX } from './body-limit-nginx';
import { CACHE_SHARED } from './cache-shared';
import { CACHE_SIGNED } from './cache-signed';
import { CERTIFICATE_EXPIRED } from './certificate-expired';
import { CERTIFICATE_EXPIRING } from './certificate-expiring';
import { CONFIG } from './config';
import { CONSUMERS_MISSING } from './consumers-missing';
import { DISCLOSURE_FULL } from './disclosure-full';
import { FIELD_INVALID } from './field-invalid';
import { FIELD_MISSING } from './field-missing';
import { FIELD_UNKNOWN } from './field-unknown';
import { FILE_MISSING } from './file-missing';
import { FILE_UNREADABLE } from './file-unreadable';
import { FORMAT_VERSION } from './format-version';
import { GATE_BY_CONSUMER } from './gate-by-consumer';
import { GATE_CLOSED } from './gate-closed';
import { GATE_MISSING } from './gate-missing';
import { GATE_OPEN } from './gate-open';
import { GZIP_SIGNED } from './gzip-signed';
import { HEADER_CASE } from './header-case';
import { HTTP2_SIGNED } from './http2-signed';
import { HTTPS_REDIRECT } from './https-redirect';
import { IDENTITY_OVERWRITTEN } from './identity-overwritten';
import { KEY_PERMISSIONS } from './key-permissions';
import { LIMIT_PER_NODE } from './limit-per-node';
import { LIMIT_WITHOUT_CONSUMER } from './limit-without-consumer';
import { LOG_IN_CLEAR } from './log-in-clear';
import { LOG_MISSING } from './log-missing';
import { METHOD_PATCH } from './method-patch';
import { PLAIN_HTTP } from './plain-http';
import { PLUGIN_DISABLED } from './plugin-disabled';
import { PLUGIN_NOT_LOADED } from './plugin-not-loaded';
import { PLUGIN_PROTOCOLS } from './plugin-protocols';
import { PLUGIN_SERVER_MISSING } from './plugin-server-missing';
import { PLUGIN_UNKNOWN } from './plugin-unknown';
import { PRE_FUNCTION } from './pre-function';
import { PROTOCOL_UNSUPPORTED } from './protocol-unsupported';
import { RANGE_REQUESTED } from './range-requested';
import { REFERENCE } from './reference';
import { REPLAY_PER_NODE } from './replay-per-node';
import { REPLAY_WEAK } from './replay-weak';
import { REQUEST_CHANGED_FIRST } from './request-changed-first';
import { REQUEST_DIGEST_UNPROVED } from './request-digest-unproved';
import { ROUTE_UNVERIFIED } from './route-unverified';
import { SCOPE_CONSUMER } from './scope-consumer';
import { SCOPE_GLOBAL } from './scope-global';
import { SECOND_AUTHENTICATION } from './second-authentication';
import { SECRET_IN_CLEAR } from './secret-in-clear';
import { SERVICE_TLS_UNVERIFIED } from './service-tls-unverified';
import { SIGN_WITHOUT_VERIFY } from './sign-without-verify';
import { SIGNED_ANSWER_CHANGED } from './signed-answer-changed';
import { STREAMING_SIGNED } from './streaming-signed';
import { STRIP_PATH } from './strip-path';
import { SYNTAX } from './syntax';
import { TLS_UNVERIFIED } from './tls-unverified';
import { TWICE } from './twice';
import { WEAKER_OVERRIDE } from './weaker-override';
import { WINDOW_WIDE } from './window-wide';
import { WITHOUT_EFFECT } from './without-effect';
import type { Rule } from '../types';

/** Every rule, in the order of the page that lists them: the file itself, its material, the gate, scopes, and so on. */
export const RULES: readonly Rule[] = [
  SYNTAX,
  FORMAT_VERSION,
  FIELD_UNKNOWN,
  FIELD_MISSING,
  FIELD_INVALID,
  REFERENCE,
  TWICE,
  PLUGIN_UNKNOWN,
  CONFIG,
  FILE_MISSING,
  FILE_UNREADABLE,
  CERTIFICATE_EXPIRED,
  CERTIFICATE_EXPIRING,
  KEY_PERMISSIONS,
  SECRET_IN_CLEAR,
  GATE_MISSING,
  GATE_OPEN,
  GATE_CLOSED,
  GATE_BY_CONSUMER,
  ROUTE_UNVERIFIED,
  SCOPE_CONSUMER,
  SCOPE_GLOBAL,
  PLUGIN_DISABLED,
  PLUGIN_PROTOCOLS,
  WEAKER_OVERRIDE,
  PLAIN_HTTP,
  HTTPS_REDIRECT,
  SERVICE_TLS_UNVERIFIED,
  PROTOCOL_UNSUPPORTED,
  STREAMING_SIGNED,
  BODY_LIMIT_LATER,
  BODY_LIMIT_NGINX,
  BODY_BUFFER_STOCK,
  SIGNED_ANSWER_CHANGED,
  CACHE_SIGNED,
  CACHE_SHARED,
  PRE_FUNCTION,
  REQUEST_CHANGED_FIRST,
  IDENTITY_OVERWRITTEN,
  SECOND_AUTHENTICATION,
  LIMIT_WITHOUT_CONSUMER,
  LIMIT_PER_NODE,
  CONSUMERS_MISSING,
  REPLAY_PER_NODE,
  REPLAY_WEAK,
  AUDIENCE_SHARED,
  AUDIENCE_FORM,
  AUDIENCE_PATH,
  STRIP_PATH,
  METHOD_PATCH,
  RANGE_REQUESTED,
  SIGN_WITHOUT_VERIFY,
  REQUEST_DIGEST_UNPROVED,
  WITHOUT_EFFECT,
  WINDOW_WIDE,
  DISCLOSURE_FULL,
  TLS_UNVERIFIED,
  LOG_MISSING,
  LOG_IN_CLEAR,
  HEADER_CASE,
  PLUGIN_NOT_LOADED,
  PLUGIN_SERVER_MISSING,
  GZIP_SIGNED,
  HTTP2_SIGNED,
];
