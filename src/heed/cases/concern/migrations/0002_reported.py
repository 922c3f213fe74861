from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("concern", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="concern",
            name="reported",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
    ]
