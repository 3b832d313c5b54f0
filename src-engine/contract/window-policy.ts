/** The response headers under which every host serves the window, whether from a folder or over HTTP. */

/**
 * lightweight-charts 5.2.1 adds one <style> for its attribution link; this is the hash of its text, so that
 * nothing else inline is allowed. (Styles set by scripts on elements are not subject to the policy.)
 */
export const CHART_STYLE_HASH = 'sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY=';

/**
 * @param connect where the window may connect to besides its own origin: `ws://127.0.0.1:4777`. Some browsers
 * do not count WebSockets of the own origin as 'self', so a host that serves them names them.
 */
export function windowHeaders(connect: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' '${CHART_STYLE_HASH}'`,
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), display-capture=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
