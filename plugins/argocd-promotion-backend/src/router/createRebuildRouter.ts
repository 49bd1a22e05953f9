import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { PromotionAccess } from '../promotion/PromotionAccess';
import { refuse } from '../promotion/PromotionLookup';
import { RecordRebuilder } from '../promotion/rebuild/RecordRebuilder';
import { audited } from './audit';
import { parse } from './parse';

const rebuildRequest = z.strictObject({
  commits: z.number().int().min(1).max(20_000).optional(),
  dryRun: z.boolean().optional(),
});

/** Reading the record back from git, over HTTP: parse, authorize, call, answer. */
export function createRebuildRouter(options: {
  rebuilder: RecordRebuilder;
  access: PromotionAccess;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): express.Router {
  const { rebuilder, access, httpAuth, auditor } = options;
  const router = Router();
  router.use(express.json({ limit: '64kb' }));
  router.post('/v1/record/rebuild', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const result = await audited(
      auditor,
      request,
      'record-rebuild',
      {},
      async () => {
        refuse(await access.whyNotRebuild(credentials));
        return rebuilder.rebuild(
          parse(rebuildRequest, request.body ?? {}, 'body'),
        );
      },
      ({ found, restored, known, skipped }) => ({
        found,
        restored,
        known,
        skipped: skipped.length,
      }),
    );
    response.json(result);
  });
  return router;
}
