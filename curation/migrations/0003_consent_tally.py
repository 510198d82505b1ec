import curation.models.tally
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0002_api_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentTally',
            fields=[
                ('id', models.BigAutoField(default=curation.models.tally.random_key, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('version', models.CharField(help_text='the first digits of the sha256 of the text, in its original', max_length=12)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'consent tallies',
                'constraints': [models.UniqueConstraint(fields=('day', 'version'), name='consent_tally_once')],
            },
        ),
    ]
