/** Stages by which an account comes to be traded in full, in their order; `none`: no pipeline is kept for it. */
import { z } from 'zod';

export const GO_LIVE_STAGES = ['none', 'staging', 'canary', 'full'] as const;
export const goLiveStage = z.enum(GO_LIVE_STAGES);
export type GoLiveStage = z.infer<typeof goLiveStage>;
