import { page } from 'crawlscope';

page({ url: 'https://h.example/?pin=S3cr3t' }, ({ span }) => {
  console.log('service', span.resource?.attributes['service.name']);
});
