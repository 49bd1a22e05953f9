import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { EnvironmentView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { podsSentence } from '../../model/answers';
import { LaneImage, laneImages } from '../../model/release';
import { Digest, Mark, Name, Tag, ToneIcon } from '../basics';
import { LastChangeLine } from './LastChangeLine';
import { useLaneStyles } from './styles';

const useStyles = makeStyles(
  theme => ({
    image: { '& + &': { marginTop: theme.spacing(1) } },
    line: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      rowGap: 2,
      minWidth: 0,
    },
  }),
  { name: 'ArgocdPromotionLaneRelease' },
);

function Image({ image, named }: { image: LaneImage; named: boolean }) {
  const classes = useStyles();
  const lane = useLaneStyles();
  return (
    <div className={classes.image}>
      <div className={classes.line}>
        <Mark value={image.digest}>
          {image.digest ? (
            <Digest digest={image.digest} size={named ? 17 : 22} copy />
          ) : (
            <Typography component="span" color="textSecondary">
              digest not known yet
            </Typography>
          )}
        </Mark>
        {image.tag && <Tag text={image.tag} />}
      </div>
      {named && (
        <div className={lane.small}>
          <Name text={image.name} />
        </div>
      )}
    </div>
  );
}

/** What runs here, and since when: the place where the eye lands. */
export function LaneRelease({ environment }: { environment: EnvironmentView }) {
  const lane = useLaneStyles();
  const images = laneImages(environment);
  const several = environment.applications.length > 1;
  const odd = images.main.filter(
    image => image.pods && image.pods.matching < image.pods.total,
  );
  return (
    <div className={lane.release}>
      {images.main.length === 0 && (
        <Typography color="textSecondary" variant="body2">
          No image known yet
        </Typography>
      )}
      {images.main.map(image => (
        <Image key={image.key} image={image} named={images.main.length > 1} />
      ))}
      {images.disagree && (
        <div className={lane.small}>
          <ToneIcon tone="warn" />
          The Applications run different digests
        </div>
      )}
      <LastChangeLine environment={environment} />
      {images.others.length > 0 && (
        <div
          className={lane.small}
          title={images.others.map(image => image.repository).join(', ')}
        >
          beside it:{' '}
          {images.others
            .map(image => `${image.name}${image.tag ? `:${image.tag}` : ''}`)
            .join(', ')}
        </div>
      )}
      {several &&
        odd.map(image => (
          <div key={image.key} className={lane.small}>
            <ToneIcon tone="warn" />
            {image.name}: {image.pods && podsSentence(image.pods, image.digest)}
          </div>
        ))}
    </div>
  );
}
