import { ReactNode, useState } from 'react';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { parseEntityRef } from '@backstage/catalog-model';
import {
  Plan,
  TrainPlan,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { trainGates, trainSummary } from '../../model/train';
import { ToneIcon } from '../basics';
import { ProblemMessage } from '../messages';

const useStyles = makeStyles(
  theme => ({
    sum: { margin: theme.spacing(2, 0, 1.5) },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      columnGap: theme.spacing(1.5),
      minWidth: 0,
    },
    name: { fontWeight: 600, overflowWrap: 'anywhere' },
    body: { display: 'block' },
    members: { marginBottom: theme.spacing(2.5) },
  }),
  { name: 'ArgocdPromotionTrainPlan' },
);

/** The joint plan: what it is in one sentence, then each member to be unfolded. */
export function TrainPlanBody(props: {
  train: TrainPlan;
  children: (member: Plan) => ReactNode;
  release: (member: Plan) => ReactNode;
}) {
  const { train, children, release } = props;
  const classes = useStyles();
  const [open, setOpen] = useState(0);
  return (
    <>
      {train.problems.map(problem => (
        <ProblemMessage key={problem.code} problem={problem} />
      ))}
      <Typography variant="body2" className={classes.sum}>
        {trainSummary(train)}
      </Typography>
      <div className={classes.members}>
        {train.members.map((member, index) => {
          const { tone, word } = trainGates(member);
          return (
            <Accordion
              key={member.entityRef}
              variant="outlined"
              expanded={open === index}
              onChange={(_, expanded) => setOpen(expanded ? index : -1)}
              TransitionProps={{ unmountOnExit: true }}
            >
              <AccordionSummary expandIcon={<ExpandMoreIcon />}>
                <div className={classes.head}>
                  <Typography
                    variant="body2"
                    component="h3"
                    className={classes.name}
                  >
                    {parseEntityRef(member.entityRef).name}
                  </Typography>
                  <Typography variant="body2" component="div">
                    {release(member)}
                  </Typography>
                  <Typography
                    variant="body2"
                    component="div"
                    color="textSecondary"
                  >
                    <ToneIcon tone={tone} />
                    {word}
                  </Typography>
                </div>
              </AccordionSummary>
              <AccordionDetails className={classes.body}>
                {children(member)}
              </AccordionDetails>
            </Accordion>
          );
        })}
      </div>
    </>
  );
}
