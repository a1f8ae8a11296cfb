from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "campana.onboarding"
    label = "onboarding"
