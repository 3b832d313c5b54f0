/**
 * Venues whose recordings can be checked before there is an adapter: a folder with a capture reader, and a line here. With its
 * adapter a venue moves to the registry.
 */
import type { CaptureVenue } from './venue-adapter.ts';

export const CAPTURES_ONLY: readonly CaptureVenue[] = [];
