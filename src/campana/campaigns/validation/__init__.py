"""What a campaign may be told: one place for pages and the API.

``clean`` reads settings (text of a form or JSON of a request) and names every wrong one, ``sort`` takes what is
right; ``problems`` says what still keeps a draft from being created; ``warnings`` says what may surprise
(CAM-040, CAM-178).
"""

from campana.campaigns.validation.clean import Cleaned, clean, sort
from campana.campaigns.validation.complete import Warning, problems, warnings

__all__ = ["Cleaned", "Warning", "clean", "problems", "sort", "warnings"]
